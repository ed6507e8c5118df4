/** The least that a request takes, so that what refuses it is not its shape. */
import { z } from 'zod';
import { contract, type RequestName } from '../../src-shared/ipc/contract.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** Throws when the made-up input does not fit its schema: then this file has to learn a new word. */
export function leastInput(name: RequestName): unknown {
  const { input } = contract[name];
  return input.parse(
    least(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any', override: nameBytes })),
  );
}

/** JSON has no word for bytes; they are the only thing in the contract that it has none for. */
function nameBytes({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Schema }): void {
  if (zodSchema._zod.def.type === 'custom') jsonSchema.format = BYTES;
}
const BYTES = 'bytes';

function least(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.format === BYTES) return new Uint8Array();
  const [one] = schema.anyOf ?? schema.oneOf ?? [];
  if (one) return least(one);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((key) => [key, least(asSchema(schema.properties?.[key]))]),
      );
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => least(asSchema(schema.items)));
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return Math.max(schema.minimum ?? 0, Number(schema.exclusiveMinimum ?? -1) + 1);
    default:
      return schema.format === 'uri' ? 'https://lab.test/' : 'x'.repeat(schema.minLength ?? 1);
  }
}

/** `true` in the place of a schema means anything. */
const asSchema = (one: Schema | boolean | (Schema | boolean)[] | undefined): Schema =>
  typeof one === 'object' && !Array.isArray(one) ? one : {};
