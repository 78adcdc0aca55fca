using System.Buffers.Text;
using System.Security.Cryptography;

namespace NadooIt.Web.SignIn;

/// <summary>
/// A random mark that a browser keeps, so that a sign-in from another one can be told. It opens nothing: without a key it is
/// worthless, and with one it only keeps a notice away.
/// </summary>
internal static class BrowserMark
{
    // Browsers keep no cookie longer.
    private static readonly TimeSpan Life = TimeSpan.FromDays(400);
    private const int Size = 32;
    private static readonly int TextLength = Base64Url.GetEncodedLength(Size);

    /// <summary>The browser's mark, or a new one.</summary>
    public static string Of(HttpContext http) => http.Request.Cookies[CookieName(http)] is { } kept && kept.Length == TextLength && Base64Url.IsValid(kept)
        ? kept
        : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Lets the browser keep it from now on.</summary>
    public static void Keep(HttpContext http, string mark) => http.Response.Cookies.Append(CookieName(http), mark, new CookieOptions
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = Life,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
    });

    private static string CookieName(HttpContext http) => http.Request.IsHttps ? "__Host-nadooit-browser" : "nadooit-browser";
}
