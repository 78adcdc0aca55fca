using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Complaints;

/// <summary>How a complaint stands. The values are stored.</summary>
public enum ComplaintStatus
{
    /// <summary>Filed; nobody has looked at it yet.</summary>
    Open = 1,

    /// <summary>NADOO looks into it.</summary>
    InReview = 2,

    /// <summary>NADOO has asked the customer something.</summary>
    WaitingForCustomer = 3,

    /// <summary>Found right: the execution is reversed or refunded.</summary>
    Accepted = 4,

    /// <summary>Found wrong: the execution stands as before.</summary>
    Rejected = 5,

    /// <summary>The customer does not uphold it: the execution stands as before.</summary>
    Withdrawn = 6,
}

/// <summary>
/// A complaint of a customer about one execution. From filing to its decision it holds the execution's money and time; it
/// decides nothing by itself. One is undecided for each execution at a time.
/// </summary>
public sealed class Complaint : ICustomerOwned
{
    /// <summary>Longest text, in characters.</summary>
    public const int LongestText = 2_000;

    /// <summary>How long after its decision it can be reopened.</summary>
    public static readonly TimeSpan ReopeningPeriod = TimeSpan.FromDays(14);

    private Complaint()
    {
    }

    /// <summary>Identifier.</summary>
    public ComplaintId Id { get; private init; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private init; }

    /// <summary>The execution that it is about.</summary>
    public ExecutionId ExecutionId { get; private init; }

    /// <summary>What is wrong, 1 to 2,000 characters.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Who filed it.</summary>
    public PersonId FiledBy { get; private init; }

    /// <summary>When.</summary>
    public DateTimeOffset FiledAt { get; private init; }

    /// <summary>How the execution stood before it was held, and stands again when the complaint is rejected or withdrawn.</summary>
    public ExecutionStatus HeldFrom { get; private set; }

    /// <summary>How it stands.</summary>
    public ComplaintStatus Status { get; private set; }

    /// <summary>When it was decided or withdrawn; null while it holds the execution.</summary>
    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>How many changes it has seen, its filing included.</summary>
    public int StepCount { get; private set; }

    /// <summary>Whether it holds its execution.</summary>
    public bool IsUndecided => Holds(Status);

    /// <summary>How complaints stand that are not decided yet.</summary>
    public static IReadOnlyList<ComplaintStatus> Undecided { get; } = [.. Enum.GetValues<ComplaintStatus>().Where(Holds)];

    /// <summary>Whether a complaint that stands so holds its execution.</summary>
    public static bool Holds(ComplaintStatus status) => status is ComplaintStatus.Open or ComplaintStatus.InReview or ComplaintStatus.WaitingForCustomer;

    /// <summary>Files a complaint about an execution that stands as it was read under its lock.</summary>
    /// <exception cref="Refused">The text is missing or too long, or the execution cannot be disputed.</exception>
    public static Complaint File(Execution execution, string text, Act act)
    {
        var trimmed = TextOf(text);
        return BookedExecution.WhyNotDisputable(execution.Status) is { } refusal
            ? throw new Refused(refusal)
            : new Complaint
            {
                Id = NewId.At<ComplaintId>(act.At),
                CustomerId = execution.CustomerId,
                ExecutionId = execution.Id,
                Text = trimmed,
                FiledBy = act.By,
                FiledAt = act.At,
                HeldFrom = execution.Status,
                Status = ComplaintStatus.Open,
            };
    }

    /// <summary>A text without blanks around it.</summary>
    /// <exception cref="Refused">It is missing or too long.</exception>
    public static string TextOf(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length is 0 or > LongestText ? throw new Refused(ComplaintRefusals.TextInvalid) : trimmed;
    }

    /// <summary>
    /// Whether somebody speaks for the customer: the filer, and whoever sees executions by a contract with the customer, not
    /// by an ability of NADOO's.
    /// </summary>
    public bool IsOwnSide(Grants grants, PersonId person) =>
        person == FiledBy || grants.Why(Ability.ViewExecutions, CustomerId).Any(grant => grant.Customer is not null);

    /// <summary>NADOO looks into it.</summary>
    /// <exception cref="Refused">It is in review already, or decided.</exception>
    public ComplaintStep Review(Act act) => Status == ComplaintStatus.InReview
        ? throw new Refused(ComplaintRefusals.InReviewAlready)
        : Move(ComplaintStatus.InReview, act, isReasonNeeded: false);

    /// <summary>NADOO asks the customer something.</summary>
    /// <exception cref="Refused">It waits for an answer already or is decided, or there is no question.</exception>
    public ComplaintStep Ask(Act act) => Status == ComplaintStatus.WaitingForCustomer
        ? throw new Refused(ComplaintRefusals.AskedAlready)
        : Move(ComplaintStatus.WaitingForCustomer, act);

    /// <summary>The customer answers what was asked.</summary>
    /// <exception cref="Refused">Nothing was asked, or there is no answer.</exception>
    public ComplaintStep Answer(Act act) => Status != ComplaintStatus.WaitingForCustomer && IsUndecided
        ? throw new Refused(ComplaintRefusals.NothingAsked)
        : Move(ComplaintStatus.InReview, act);

    /// <summary>NADOO finds it right or wrong.</summary>
    /// <exception cref="Refused">It is decided already, whoever decides has filed it, or there is no reason.</exception>
    public ComplaintStep Decide(bool isAccepted, Act act) => act.By == FiledBy
        ? throw new Refused(ComplaintRefusals.OwnComplaint)
        : Move(isAccepted ? ComplaintStatus.Accepted : ComplaintStatus.Rejected, act);

    /// <summary>The customer does not uphold it.</summary>
    /// <exception cref="Refused">It is decided already, or there is no reason.</exception>
    public ComplaintStep Withdraw(Act act) => Move(ComplaintStatus.Withdrawn, act);

    /// <summary>The customer takes up again what was rejected or withdrawn; the execution is held again.</summary>
    /// <exception cref="Refused">
    /// It is undecided or was accepted, its decision is too long ago, the execution cannot be disputed any more, or there is no reason.
    /// </exception>
    public ComplaintStep Reopen(Execution execution, Act act)
    {
        var refusal = Status switch
        {
            ComplaintStatus.Accepted => ComplaintRefusals.Accepted,
            _ when IsUndecided => ComplaintRefusals.NotDecided,
            _ => DecidedAt + ReopeningPeriod < act.At ? ComplaintRefusals.TooLate : BookedExecution.WhyNotDisputable(execution.Status),
        };
        if (refusal is not null)
        {
            throw new Refused(refusal);
        }

        var step = ComplaintStep.Of(this, ComplaintStatus.Open, act with { Reason = Act.ReasonOf(act.Reason, isNeeded: true) });
        (Status, HeldFrom, DecidedAt) = (ComplaintStatus.Open, execution.Status, null);
        return step;
    }

    internal int CountStep() => ++StepCount;

    private ComplaintStep Move(ComplaintStatus status, Act act, bool isReasonNeeded = true)
    {
        if (!IsUndecided)
        {
            throw new Refused(ComplaintRefusals.Decided);
        }

        var step = ComplaintStep.Of(this, status, act with { Reason = Act.ReasonOf(act.Reason, isReasonNeeded) });
        (Status, DecidedAt) = (status, Holds(status) ? null : act.At);
        return step;
    }
}

/// <summary>One change of a complaint: what it became, by whom, when and why. Never changed, never deleted.</summary>
public sealed class ComplaintStep : ICustomerOwned
{
    private ComplaintStep()
    {
    }

    /// <summary>Identifier.</summary>
    public ComplaintStepId Id { get; private init; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private init; }

    /// <summary>The complaint.</summary>
    public ComplaintId ComplaintId { get; private init; }

    /// <summary>1 for the filing, then one more for each change.</summary>
    public int Number { get; private init; }

    /// <summary>What it became.</summary>
    public ComplaintStatus Status { get; private init; }

    /// <summary>By whom.</summary>
    public PersonId By { get; private init; }

    /// <summary>Under which employee contract; an operator's contract is one with the operator.</summary>
    public EmployeeContractId ContractId { get; private init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>Why, up to 500 characters; the customer reads it. Null where none is needed.</summary>
    public string? Reason { get; private init; }

    /// <summary>A complaint was filed.</summary>
    public static ComplaintStep First(Complaint complaint, Act act) => Of(complaint, ComplaintStatus.Open, act with { Reason = null });

    internal static ComplaintStep Of(Complaint complaint, ComplaintStatus status, Act act) => new()
    {
        Id = NewId.At<ComplaintStepId>(act.At),
        CustomerId = complaint.CustomerId,
        ComplaintId = complaint.Id,
        Number = complaint.CountStep(),
        Status = status,
        By = act.By,
        ContractId = act.Contract,
        At = act.At,
        Reason = act.Reason,
    };
}

/// <summary>What the Complaints module refuses.</summary>
public static class ComplaintRefusals
{
    /// <summary>Unknown, or not within reach.</summary>
    public static readonly Refusal NotFound = new("complaint.not_found", RefusalKind.NotFound);

    /// <summary>The text needs 1 to 2,000 characters.</summary>
    public static readonly Refusal TextInvalid = new("complaint.text_invalid", RefusalKind.Invalid);

    /// <summary>The execution belongs to an open order, which holds it; that is completed or cancelled first.</summary>
    public static readonly Refusal OrderIsOpen = new("complaint.order_is_open", RefusalKind.Conflict);

    /// <summary>It was decided or withdrawn before; nothing more happens.</summary>
    public static readonly Refusal Decided = new("complaint.decided", RefusalKind.Conflict);

    /// <summary>It is in review already.</summary>
    public static readonly Refusal InReviewAlready = new("complaint.in_review_already", RefusalKind.Conflict);

    /// <summary>It waits for the customer already.</summary>
    public static readonly Refusal AskedAlready = new("complaint.asked_already", RefusalKind.Conflict);

    /// <summary>It does not wait for the customer.</summary>
    public static readonly Refusal NothingAsked = new("complaint.nothing_asked", RefusalKind.Conflict);

    /// <summary>Nobody decides what he filed himself.</summary>
    public static readonly Refusal OwnComplaint = new("complaint.own_complaint", RefusalKind.NotAllowed);

    /// <summary>Only the customer's side answers, withdraws and reopens.</summary>
    public static readonly Refusal OwnSideOnly = new("complaint.own_side_only", RefusalKind.NotAllowed);

    /// <summary>It is not decided yet, so there is nothing to reopen.</summary>
    public static readonly Refusal NotDecided = new("complaint.not_decided", RefusalKind.Conflict);

    /// <summary>It was accepted, and everything was given back.</summary>
    public static readonly Refusal Accepted = new("complaint.accepted", RefusalKind.Conflict);

    /// <summary>Its decision is more than 14 days ago.</summary>
    public static readonly Refusal TooLate = new("complaint.too_late", RefusalKind.Conflict);
}
