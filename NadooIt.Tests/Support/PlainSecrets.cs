using NadooIt.Data.Webhooks;

namespace NadooIt.Tests.Support;

/// <summary>Stands in for the host's encryption, so that a test can see whether it was used: what is kept is turned around.</summary>
internal sealed class PlainSecrets : SecretProtection
{
    public override byte[] Protect(byte[] secret) => [.. secret.Select(part => (byte)~part)];

    public override byte[] Unprotect(byte[] kept) => Protect(kept);
}
