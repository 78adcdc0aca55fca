using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Keys;

/// <summary>How far a recovery is.</summary>
public enum KeyRecoveryState
{
    /// <summary>Waits for a second key manager.</summary>
    Proposed,

    /// <summary>Confirmed; the person may register a new key.</summary>
    Confirmed,

    /// <summary>The person has registered a new key.</summary>
    Completed,

    /// <summary>The person objected with a key that she still has.</summary>
    Vetoed,

    /// <summary>A key manager withdrew it.</summary>
    Withdrawn,

    /// <summary>Nobody finished it in time.</summary>
    Expired,
}

/// <summary>
/// The way back for a person whose keys are lost: one key manager proposes it, a second one confirms it, then a new link
/// is made. Until it is used, any key that the person still has can veto. Where there is no second key manager, the
/// first may confirm himself, 24 hours after proposing. Source: rules, "People, user codes, keys".
/// </summary>
public sealed class KeyRecovery : IPersonOwned
{
    /// <summary>How long a recovery stays open.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>How long the only key manager waits, so that the person can see it and object.</summary>
    public static readonly TimeSpan LoneWait = TimeSpan.FromHours(24);

    /// <summary>Longest reason, in characters.</summary>
    public const int LongestReason = 500;

    private KeyRecovery()
    {
    }

    /// <summary>Identifier.</summary>
    public KeyRecoveryId Id { get; private set; }

    /// <summary>Who gets back in.</summary>
    public PersonId PersonId { get; private set; }

    /// <summary>Why, 1 to 500 characters.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The first key manager.</summary>
    public PersonId ProposedBy { get; private set; }

    /// <summary>When it was proposed.</summary>
    public DateTimeOffset ProposedAt { get; private set; }

    /// <summary>The second key manager, or the first one where there is no second.</summary>
    public PersonId? ConfirmedBy { get; private set; }

    /// <summary>When it was confirmed.</summary>
    public DateTimeOffset? ConfirmedAt { get; private set; }

    /// <summary>When the person registered a new key.</summary>
    public DateTimeOffset? CompletedAt { get; private set; }

    /// <summary>When the person objected.</summary>
    public DateTimeOffset? VetoedAt { get; private set; }

    /// <summary>When a key manager withdrew it.</summary>
    public DateTimeOffset? WithdrawnAt { get; private set; }

    /// <summary>From when on it is too old.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>Proposes.</summary>
    /// <exception cref="Refused">It is the proposer's own access, or the reason is empty or too long.</exception>
    public static KeyRecovery Propose(PersonId person, PersonId by, string reason, DateTimeOffset now)
    {
        var why = reason.Trim();
        return person == by ? throw new Refused(KeyRefusals.RecoveryOfOneself)
            : why.Length is 0 or > LongestReason ? throw new Refused(KeyRefusals.RecoveryReasonInvalid)
            : new KeyRecovery
            {
                Id = NewId.At<KeyRecoveryId>(now),
                PersonId = person,
                Reason = why,
                ProposedBy = by,
                ProposedAt = now,
                ExpiresAt = now + Lifetime,
            };
    }

    /// <summary>How far it is.</summary>
    public KeyRecoveryState StateAt(DateTimeOffset now) =>
        CompletedAt is not null ? KeyRecoveryState.Completed
        : VetoedAt is not null ? KeyRecoveryState.Vetoed
        : WithdrawnAt is not null ? KeyRecoveryState.Withdrawn
        : now >= ExpiresAt ? KeyRecoveryState.Expired
        : ConfirmedAt is not null ? KeyRecoveryState.Confirmed
        : KeyRecoveryState.Proposed;

    /// <summary>Whether it can still lead to a new key.</summary>
    public bool IsOpenAt(DateTimeOffset now) => StateAt(now) is KeyRecoveryState.Proposed or KeyRecoveryState.Confirmed;

    /// <summary>From when on its proposer may confirm it alone.</summary>
    public DateTimeOffset AloneFrom => ProposedAt + LoneWait;

    /// <summary>Confirms it.</summary>
    /// <param name="by">Who confirms.</param>
    /// <param name="keyManagers">Everybody who may hand out keys at this moment.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="Refused">It does not wait for this, or not for this person, or it is too early for one alone.</exception>
    public void Confirm(PersonId by, IEnumerable<PersonId> keyManagers, DateTimeOffset now)
    {
        if (StateAt(now) != KeyRecoveryState.Proposed)
        {
            throw new Refused(KeyRefusals.RecoveryClosed);
        }

        if (by == PersonId)
        {
            throw new Refused(KeyRefusals.RecoveryOfOneself);
        }

        if (by == ProposedBy)
        {
            // The person herself cannot be the second one: she is the one who cannot get in.
            if (keyManagers.Any(other => other != by && other != PersonId))
            {
                throw new Refused(KeyRefusals.SecondManagerNeeded);
            }

            if (now < AloneFrom)
            {
                throw new Refused(KeyRefusals.RecoveryTooEarly);
            }
        }

        (ConfirmedBy, ConfirmedAt) = (by, now);
    }

    /// <summary>The person has registered a new key.</summary>
    /// <exception cref="Refused">It is not confirmed, or not open any more.</exception>
    public void Complete(DateTimeOffset now) =>
        CompletedAt = StateAt(now) == KeyRecoveryState.Confirmed ? now : throw new Refused(KeyRefusals.RecoveryClosed);

    /// <summary>The person objects.</summary>
    /// <exception cref="Refused">It is not open any more.</exception>
    public void Veto(DateTimeOffset now) => VetoedAt = IsOpenAt(now) ? now : throw new Refused(KeyRefusals.RecoveryClosed);

    /// <summary>Its proposer leaves and another key manager stands for it; as after a new proposal, somebody else has to confirm it.</summary>
    /// <exception cref="Refused">It does not wait for a second key manager, or it is the receiver's own access.</exception>
    public void HandOver(PersonId to, DateTimeOffset now)
    {
        if (StateAt(now) != KeyRecoveryState.Proposed)
        {
            throw new Refused(KeyRefusals.RecoveryClosed);
        }

        ProposedBy = to != PersonId ? to : throw new Refused(KeyRefusals.RecoveryOfOneself);
    }

    /// <summary>A key manager takes it back.</summary>
    /// <exception cref="Refused">It is not open any more.</exception>
    public void Withdraw(DateTimeOffset now) => WithdrawnAt = IsOpenAt(now) ? now : throw new Refused(KeyRefusals.RecoveryClosed);

    /// <summary>One that is too old is closed, so that another can be proposed.</summary>
    public void GiveWay(DateTimeOffset now)
    {
        if (StateAt(now) == KeyRecoveryState.Expired)
        {
            WithdrawnAt = ExpiresAt;
        }
    }
}
