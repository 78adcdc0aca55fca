using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Web.SignIn;

namespace NadooIt.Tests.Support;

/// <summary>The cookie that sign-in gives, without the touch of a key.</summary>
internal static class SessionTicket
{
    /// <summary>Begins a session and makes its cookie. Over https the name gets the prefix __Host-.</summary>
    public static async Task<(string Name, string Value)> BeginAsync(IServiceProvider services, EmptyDatabase database, PersonId person)
    {
        var now = TimeProvider.System.GetUtcNow();
        var session = Session.Begin(person, "127.0.0.1", "Test browser", now);
        await using (var db = database.Open())
        {
            db.Add(session);
            await db.SaveChangesAsync();
        }

        var options = services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme);
        var ticket = new AuthenticationTicket(
            new SignedIn(person, session.Id).ToPrincipal(), new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddHours(1) },
            CookieAuthenticationDefaults.AuthenticationScheme);
        return (options.Cookie.Name!, options.TicketDataFormat.Protect(ticket));
    }
}
