using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Hr;

/// <summary>How far a request for an ability is.</summary>
public enum AccessRequestState
{
    /// <summary>Waits for somebody who can give it.</summary>
    Open,

    /// <summary>The ability was given.</summary>
    Granted,

    /// <summary>Somebody who could give it said no, and why.</summary>
    Refused,

    /// <summary>Whoever asked needs it no longer.</summary>
    Withdrawn,

    /// <summary>Nobody answered in time, or the asker's contract has ended.</summary>
    Lapsed,
}

/// <summary>
/// An employee asks for one ability at a customer where she works. It grants nothing; whoever could give the ability
/// anyway gives it in one step, or says why not. One is open for each person, ability and customer.
/// </summary>
public sealed class AccessRequest : ICustomerOwned
{
    /// <summary>Longest text, of the asker and of the answer, in characters.</summary>
    public const int LongestText = EmployeeContract.LongestReason;

    /// <summary>Most requests that one person has open at a time.</summary>
    public const int MostOpen = 20;

    /// <summary>How long it waits for an answer.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private AccessRequest()
    {
    }

    /// <summary>Identifier.</summary>
    public AccessRequestId Id { get; private set; }

    /// <summary>Where the ability is asked for.</summary>
    public CustomerId CustomerId { get; private set; }

    /// <summary>Who asks.</summary>
    public PersonId PersonId { get; private set; }

    /// <summary>What for.</summary>
    public Ability Ability { get; private set; }

    /// <summary>Why, at most 500 characters; empty when nothing was said.</summary>
    public string Why { get; private set; } = "";

    /// <summary>When it was asked.</summary>
    public DateTimeOffset AskedAt { get; private set; }

    /// <summary>From when on it is too old to be answered.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>What came of it; null while nothing has been written down.</summary>
    public AccessRequestState? Outcome { get; private set; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>Who gave, refused or withdrew; null when it lapsed.</summary>
    public PersonId? ClosedBy { get; private set; }

    /// <summary>Why it was refused.</summary>
    public string? Answer { get; private set; }

    /// <summary>Asks.</summary>
    /// <exception cref="Refused">No role carries this ability, or the text is too long.</exception>
    public static AccessRequest Ask(PersonId person, Ability ability, CustomerId customer, string why, DateTimeOffset now)
    {
        var text = why.Trim();
        return Roles.Carrying(ability) is null ? throw new Refused(AccessRequestRefusals.NotToBeGiven)
            : text.Length > LongestText ? throw new Refused(HrRefusals.ReasonInvalid)
            : new AccessRequest
            {
                Id = NewId.At<AccessRequestId>(now),
                CustomerId = customer,
                PersonId = person,
                Ability = ability,
                Why = text,
                AskedAt = now,
                ExpiresAt = now + Lifetime,
            };
    }

    /// <summary>How far it is.</summary>
    public AccessRequestState StateAt(DateTimeOffset now) => Outcome ?? (now < ExpiresAt ? AccessRequestState.Open : AccessRequestState.Lapsed);

    /// <summary>The ability was given.</summary>
    /// <exception cref="Refused">It is not open any more.</exception>
    public void Grant(PersonId by, DateTimeOffset now) => Close(AccessRequestState.Granted, by, now);

    /// <summary>Somebody who could give it says no.</summary>
    /// <exception cref="Refused">It is not open any more, or no reason is given.</exception>
    public void Refuse(PersonId by, string reason, DateTimeOffset now)
    {
        var answer = Reason.Valid(reason);
        Close(AccessRequestState.Refused, by, now);
        Answer = answer;
    }

    /// <summary>Whoever asked takes it back.</summary>
    /// <exception cref="Refused">It is not open any more.</exception>
    public void Withdraw(DateTimeOffset now) => Close(AccessRequestState.Withdrawn, PersonId, now);

    /// <summary>Nobody answers it any more; one that is closed already stays as it was.</summary>
    public void Lapse(DateTimeOffset now)
    {
        if (Outcome is null)
        {
            (Outcome, ClosedAt) = (AccessRequestState.Lapsed, now);
        }
    }

    private void Close(AccessRequestState outcome, PersonId by, DateTimeOffset now)
    {
        if (StateAt(now) != AccessRequestState.Open)
        {
            throw new Refused(AccessRequestRefusals.Closed);
        }

        (Outcome, ClosedBy, ClosedAt) = (outcome, by, now);
    }
}

/// <summary>What requests for abilities are refused for.</summary>
public static class AccessRequestRefusals
{
    /// <summary>No role carries this ability; it comes with a contract or with signing in.</summary>
    public static readonly Refusal NotToBeGiven = new("access_request.not_to_be_given", RefusalKind.Invalid);

    /// <summary>The asker holds it there already.</summary>
    public static readonly Refusal HeldAlready = new("access_request.held_already", RefusalKind.Conflict);

    /// <summary>The same request is open already.</summary>
    public static readonly Refusal AlreadyOpen = new("access_request.already_open", RefusalKind.Conflict);

    /// <summary>The asker has too many open requests.</summary>
    public static readonly Refusal TooMany = new("access_request.too_many", RefusalKind.Conflict);

    /// <summary>Nobody else could give it there.</summary>
    public static readonly Refusal NobodyCanGive = new("access_request.nobody_can_give", RefusalKind.Conflict);

    /// <summary>It was answered, withdrawn, or waited too long.</summary>
    public static readonly Refusal Closed = new("access_request.closed", RefusalKind.Conflict);
}
