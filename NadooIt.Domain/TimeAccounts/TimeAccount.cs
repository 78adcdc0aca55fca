using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.TimeAccounts;

/// <summary>A customer's account of prepaid seconds. Its balance lives in the ledger account with the same id.</summary>
public sealed class TimeAccount : ICustomerOwned
{
    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 200;

    /// <summary>Most days ahead that a warning looks: a year.</summary>
    public const int MostWarnDays = 365;

    private TimeAccount()
    {
    }

    /// <summary>Identifier.</summary>
    public TimeAccountId Id { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>Name, 1 to 200 characters.</summary>
    public string Name { get; private set; } = "";

    /// <summary>When it was opened.</summary>
    public DateTimeOffset OpenedAt { get; private set; }

    /// <summary>When it was closed; null while open.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>How far executions may take it below zero, in seconds; 0 allows none.</summary>
    public Seconds Overdraft { get; private set; }

    /// <summary>Balance from which on people are warned; null for no warning.</summary>
    public Seconds? WarnBelow { get; private set; }

    /// <summary>So many days before it is used up, at the pace of the last 30 days, people are warned; null for no warning.</summary>
    public int? WarnDays { get; private set; }

    /// <summary>Why it was opened again, up to 500 characters; null when it never was.</summary>
    public string? ReopenReason { get; private set; }

    /// <summary>The ledger account that holds the balance.</summary>
    public LedgerAccountId LedgerAccountId => new(Id.Value);

    /// <summary>Opens an account.</summary>
    /// <exception cref="Refused">The name or a limit is out of range.</exception>
    public static TimeAccount Open(CustomerId customer, string name, Seconds overdraft, Seconds? warnBelow, DateTimeOffset now, int? warnDays = null)
    {
        var account = new TimeAccount { Id = NewId.At<TimeAccountId>(now), CustomerId = customer, OpenedAt = now };
        account.Change(name, overdraft, warnBelow, warnDays);
        return account;
    }

    /// <summary>Changes name, overdraft and warnings.</summary>
    /// <exception cref="Refused">The name or a limit is out of range.</exception>
    public void Change(string name, Seconds overdraft, Seconds? warnBelow, int? warnDays = null)
    {
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > LongestName || overdraft < Seconds.Zero || warnBelow < Seconds.Zero || warnDays is < 1 or > MostWarnDays)
        {
            throw new Refused(TimeAccountRefusals.DetailsInvalid);
        }

        (Name, Overdraft, WarnBelow, WarnDays) = (trimmed, overdraft, warnBelow, warnDays);
    }

    /// <summary>Whether an open account is below one of its warning levels.</summary>
    /// <param name="balance">What it holds.</param>
    /// <param name="pace">How fast its time was used lately.</param>
    public bool IsLow(Seconds balance, Pace pace) =>
        ClosedAt is null && (balance < WarnBelow || (WarnDays is { } days && pace.IsUsedUpWithin(balance, days)));

    /// <summary>Whether the new overdraft lends more time than the one before; that is for who sells time.</summary>
    public static bool IsLent(Seconds overdraft, Seconds before) => overdraft > before;

    /// <summary>Closes an account whose balance is zero.</summary>
    /// <param name="balance">What is on it.</param>
    /// <param name="isHeld">Whether an open order holds some of it.</param>
    /// <param name="now">When.</param>
    /// <exception cref="Refused">It still holds or owes time, or an open order holds some of it.</exception>
    public void Close(Seconds balance, bool isHeld, DateTimeOffset now)
    {
        if (isHeld)
        {
            throw new Refused(TimeAccountRefusals.Held);
        }

        if (balance != Seconds.Zero)
        {
            throw new Refused(TimeAccountRefusals.NotEmpty);
        }

        ClosedAt ??= now;
    }

    /// <summary>Opens a closed account again.</summary>
    /// <exception cref="Refused">The reason is missing or longer than 500 characters.</exception>
    public void Reopen(string reason)
    {
        var why = TimeBooking.Note(reason, isNeeded: true);
        if (ClosedAt is not null)
        {
            (ReopenReason, ClosedAt) = (why, null);
        }
    }
}

/// <summary>What a person enters when time is booked by hand.</summary>
public static class TimeBooking
{
    /// <summary>Most seconds of one booking: 100 years of 365 days.</summary>
    public static Seconds LargestAmount => Seconds.FromHours(100 * 365 * 24);

    /// <summary>Longest note, in characters.</summary>
    public const int LongestNote = 500;

    /// <summary>The amount, if it can be booked.</summary>
    /// <exception cref="Refused">Below 1 second or above <see cref="LargestAmount"/>.</exception>
    public static Seconds Amount(Seconds amount) => amount.Value >= 1 && amount <= LargestAmount
        ? amount
        : throw new Refused(TimeAccountRefusals.AmountInvalid);

    /// <summary>The note without blanks around it; null when there is none.</summary>
    /// <exception cref="Refused">Longer than <see cref="LongestNote"/>, or missing where one is needed.</exception>
    public static string? Note(string? note, bool isNeeded)
    {
        var trimmed = note?.Trim() ?? "";
        return trimmed.Length > LongestNote || (isNeeded && trimmed.Length == 0)
            ? throw new Refused(isNeeded ? TimeAccountRefusals.ReasonInvalid : TimeAccountRefusals.NoteInvalid)
            : trimmed.Length == 0 ? null : trimmed;
    }
}

/// <summary>What the TimeAccounts module refuses.</summary>
public static class TimeAccountRefusals
{
    /// <summary>Name, overdraft or warning level is out of range.</summary>
    public static readonly Refusal DetailsInvalid = new("time_account.details_invalid", RefusalKind.Invalid);

    /// <summary>Unknown, or not within reach.</summary>
    public static readonly Refusal NotFound = new("time_account.not_found", RefusalKind.NotFound);

    /// <summary>The account still holds or owes time.</summary>
    public static readonly Refusal NotEmpty = new("time_account.not_empty", RefusalKind.Conflict);

    /// <summary>An open order holds some of it.</summary>
    public static readonly Refusal Held = new("time_account.held", RefusalKind.Conflict);

    /// <summary>The account is closed.</summary>
    public static readonly Refusal Closed = new("time_account.closed", RefusalKind.Conflict);

    /// <summary>An amount of time must be at least one second and at most 100 years.</summary>
    public static readonly Refusal AmountInvalid = new("time_account.amount_invalid", RefusalKind.Invalid);

    /// <summary>The movement would take the account below its limit.</summary>
    public static readonly Refusal BelowLimit = new("time_account.below_limit", RefusalKind.Conflict);

    /// <summary>An overdraft is lent by who sells time.</summary>
    public static readonly Refusal OverdraftNotAllowed = new("time_account.overdraft_not_allowed", RefusalKind.NotAllowed);

    /// <summary>A correction, or opening a closed account again, needs a reason of at most 500 characters.</summary>
    public static readonly Refusal ReasonInvalid = new("time_account.reason_invalid", RefusalKind.Invalid);

    /// <summary>A note has at most 500 characters.</summary>
    public static readonly Refusal NoteInvalid = new("time_account.note_invalid", RefusalKind.Invalid);

    /// <summary>Both accounts must be different ones of the same customer.</summary>
    public static readonly Refusal TransferInvalid = new("time_account.transfer_invalid", RefusalKind.Invalid);
}
