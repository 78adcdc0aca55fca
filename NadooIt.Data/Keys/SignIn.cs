using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Keys;

/// <summary>
/// Signs a person in after the touch of a key was checked: records the use and begins a session. A browser that this person has
/// not signed in from before is told to her.
/// </summary>
public sealed class SignIn(Access access, TimeProvider clock)
{
    /// <summary>Who signs in, and from where.</summary>
    /// <param name="Touch">The checked touch.</param>
    /// <param name="Address">Network address.</param>
    /// <param name="Device">What the browser calls itself.</param>
    /// <param name="Limits">How long the session lasts.</param>
    /// <param name="BrowserMark">The random mark that this browser keeps for all its people; null where it keeps none.</param>
    public sealed record Input(KeyTouch Touch, string Address, string Device, SessionLimits Limits, string? BrowserMark = null);

    /// <summary>Begins a session and returns its id.</summary>
    /// <exception cref="Refused">The key was used at the same time with the same counter, or was removed.</exception>
    public async Task<SessionId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("sign in");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (person, now) = (input.Touch.Person, clock.GetUtcNow());
        await db.RecordUseAsync(input.Touch, now, cancellationToken);
        var browser = input.BrowserMark is { } mark ? HashOf(mark, person) : null;
        var session = Session.Begin(person, input.Address, input.Device, now, input.Limits, browser);
        if (browser is not null && await IsNewAsync(db, person, browser, cancellationToken))
        {
            db.Add(Notice.Tell(person, NoticeKind.NewDevice, session.Id.Value, [session.Device, session.Address], now));
        }

        db.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session.Id;
    }

    /// <summary>The first sign-in of all is no news: the person has just been given the key.</summary>
    private static async Task<bool> IsNewAsync(NadooItDb db, PersonId person, byte[] browser, CancellationToken cancellationToken) =>
        await db.Sessions.AnyAsync(before => before.PersonId == person, cancellationToken)
        && !await db.Sessions.AnyAsync(before => before.PersonId == person && before.BrowserHash == browser, cancellationToken);

    // With the person in it, so that the table does not tell who shares a browser.
    private static byte[] HashOf(string mark, PersonId person) => SHA256.HashData(Encoding.UTF8.GetBytes($"{person} {mark}"));
}
