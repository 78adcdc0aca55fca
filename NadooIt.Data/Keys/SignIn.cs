using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Signs a person in after the touch of a key was checked: records the use and begins a session.</summary>
public sealed class SignIn(Access access, TimeProvider clock)
{
    /// <summary>Who signs in, and from where.</summary>
    /// <param name="Touch">The checked touch.</param>
    /// <param name="Address">Network address.</param>
    /// <param name="Device">What the browser calls itself.</param>
    /// <param name="Limits">How long the session lasts.</param>
    public sealed record Input(KeyTouch Touch, string Address, string Device, SessionLimits Limits);

    /// <summary>Begins a session and returns its id.</summary>
    /// <exception cref="Refused">The key was used at the same time with the same counter, or was removed.</exception>
    public async Task<SessionId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("sign in");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        await db.RecordUseAsync(input.Touch, now, cancellationToken);
        var session = Session.Begin(input.Touch.Person, input.Address, input.Device, now, input.Limits);
        db.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session.Id;
    }
}
