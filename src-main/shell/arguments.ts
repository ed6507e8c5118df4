/**
 * What may be said on the command line. A second start hands its arguments to the first, and any program can start us:
 * so only these are read, and each is checked where it is used.
 */
export type Arguments = { address: string | undefined; locale: string | undefined };

export function readArguments(argv: readonly string[]): Arguments {
  const value = (name: string) => argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);
  const address = value('address');
  const locale = value('locale');
  return {
    address: address !== undefined && address.length <= 254 ? address : undefined,
    locale: locale !== undefined && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(locale) ? locale : undefined,
  };
}
