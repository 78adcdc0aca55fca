using NadooIt.Domain.Keys;

namespace NadooIt.Web.SignIn;

/// <summary>What a key is called until its owner says otherwise.</summary>
internal static class KeyNames
{
    public static string Usual(RegisteredKey key) => Of(key.Credential.Kind);

    public static string Of(SecurityKeyKind kind) => kind switch
    {
        SecurityKeyKind.Synced => Texts.KindSynced,
        SecurityKeyKind.ThisDevice => Texts.KindThisDevice,
        _ => Texts.KindSecurityKey,
    };
}
