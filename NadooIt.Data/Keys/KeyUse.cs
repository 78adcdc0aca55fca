using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>A touch whose signature was checked and which has not been recorded yet.</summary>
/// <param name="Person">Who touched.</param>
/// <param name="CredentialId">With which key.</param>
/// <param name="SignCount">The counter that the key sent; 0 for keys that do not count.</param>
/// <param name="IsBackedUp">Whether the key says that it is kept on several devices.</param>
public sealed record KeyTouch(PersonId Person, byte[] CredentialId, long SignCount, bool IsBackedUp);

internal static class KeyUse
{
    /// <summary>
    /// Records the use of a key in one statement: of two touches with the same counter one is refused, and a key that
    /// was removed meanwhile is too.
    /// </summary>
    /// <exception cref="Refused">It was.</exception>
    public static async Task RecordUseAsync(this NadooItDb db, KeyTouch touch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var recorded = await db.SecurityKeys
            .Where(key => key.PersonId == touch.Person && key.CredentialId == touch.CredentialId && key.RemovedAt == null
                && db.People.Any(owner => owner.Id == touch.Person && owner.DeactivatedAt == null)
                && (key.SignCount < touch.SignCount || (key.SignCount == 0 && touch.SignCount == 0)))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(key => key.SignCount, touch.SignCount)
                    .SetProperty(key => key.IsBackedUp, touch.IsBackedUp)
                    .SetProperty(key => key.LastUsedAt, now),
                cancellationToken);
        if (recorded != 1)
        {
            throw new Refused(KeyRefusals.SignInFailed);
        }
    }
}
