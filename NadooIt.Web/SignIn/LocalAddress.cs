using NadooIt.Web.Shared;

namespace NadooIt.Web.SignIn;

/// <summary>Where to go after a form: only to a page of this site, whatever the address says.</summary>
internal static class LocalAddress
{
    public static string Of(string? address) => IsLocal(address) ? address! : Addresses.Home;

    // "//host", "/\host" and control characters would lead browsers elsewhere.
    private static bool IsLocal(string? address) =>
        address is ['/', ..] && address is not ['/', '/' or '\\', ..] && !address.Any(char.IsControl);
}
