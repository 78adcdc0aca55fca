using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Keys;

/// <summary>Adds a key to the caller's own. Her other sessions end.</summary>
public sealed class AddOwnKey(Access access, TimeProvider clock)
{
    /// <summary>What is added.</summary>
    /// <param name="Name">What the key is called.</param>
    /// <param name="Key">The key.</param>
    public sealed record Input(string Name, Credential Key);

    /// <summary>Adds it.</summary>
    /// <exception cref="Refused">The last touch is too old, the key is known or of a model that the caller's roles do not take, there are too many, or the name is not acceptable.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (caller, now) = (access.Caller, clock.GetUtcNow());
        await db.RequireFreshTouchAsync(caller, now, cancellationToken);
        if (await db.SecurityKeys.CountAsync(key => key.PersonId == caller.Person && key.RemovedAt == null, cancellationToken) >= SecurityKey.MostPerPerson)
        {
            throw new Refused(KeyRefusals.TooMany);
        }

        (await db.KeyPolicyOfAsync(caller.Person, BusinessTime.DayOf(now), cancellationToken)).Require(input.Key.AuthenticatorModel, KeyRefusals.ModelNotAllowed);
        var key = SecurityKey.Register(caller.Person, input.Name, input.Key, now);
        db.Add(key);
        db.Add(Notice.Tell(caller.Person, NoticeKind.KeyAdded, key.Id.Value, [key.Name], now));
        await db.SaveKeyAsync(cancellationToken);
        await db.EndSessionsAsync(caller.Person, caller.Session, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
