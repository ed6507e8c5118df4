// @ts-check
/**
 * Where one authorization server keeps its sessions, grants and tokens: in memory, of its own, so
 * that several servers in one process share nothing and nothing is pushed out while a test runs.
 * It is an oidc-provider adapter (one object for each kind of record).
 * @returns {(kind: string) => object}
 */
export function createTokenStorage() {
  /** @type {Map<string, Record<string, unknown>>} */
  const records = new Map();

  return (kind) => {
    /** @param {string} id */
    const keyOf = (id) => `${kind}:${id}`;

    /**
     * @param {string} field
     * @param {string} value
     */
    const findBy = (field, value) => {
      for (const [key, record] of records) {
        if (key.startsWith(`${kind}:`) && record[field] === value) return record;
      }
      return undefined;
    };

    return {
      /**
       * @param {string} id
       * @param {Record<string, unknown>} record
       */
      async upsert(id, record) {
        records.set(keyOf(id), record);
      },
      /** @param {string} id */
      async find(id) {
        return records.get(keyOf(id)); // the provider itself looks at the expiry
      },
      /** @param {string} uid */
      async findByUid(uid) {
        return findBy('uid', uid);
      },
      /** @param {string} userCode */
      async findByUserCode(userCode) {
        return findBy('userCode', userCode);
      },
      /** @param {string} id */
      async destroy(id) {
        records.delete(keyOf(id));
      },
      /** @param {string} grantId */
      async revokeByGrantId(grantId) {
        for (const [key, record] of records) {
          if (key.startsWith(`${kind}:`) && record.grantId === grantId) records.delete(key);
        }
      },
      /** @param {string} id */
      async consume(id) {
        const record = records.get(keyOf(id));
        if (record) record.consumed = Math.floor(Date.now() / 1000);
      },
    };
  };
}
