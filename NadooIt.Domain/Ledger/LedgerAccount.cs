using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Ledger;

/// <summary>What an account counts. The values are stored.</summary>
public enum LedgerUnit
{
    /// <summary>Whole seconds.</summary>
    Second = 1,

    /// <summary>Whole millionths of a euro.</summary>
    EuroMillionth = 2,
}

/// <summary>What an account is for. The values are stored.</summary>
public enum LedgerAccountKind
{
    /// <summary>Prepaid seconds of one time account.</summary>
    PrepaidTime = 1,

    /// <summary>What a customer has to pay for one customer program.</summary>
    Receivable = 2,

    /// <summary>What is owed to a customer, as a balance below zero: a claim of the customer against the operator.</summary>
    Owed = 3,
}

/// <summary>
/// The other end of a transfer that leaves or enters the kept accounts. A boundary has no row and no stored balance:
/// its balance is the sum of its transfers, so that no two customers ever wait for one row.
/// </summary>
public enum LedgerBoundary
{
    /// <summary>Seconds sold to customers.</summary>
    TimeSold = 1,

    /// <summary>Seconds used by executions.</summary>
    TimeUsed = 2,

    /// <summary>Seconds corrected, with a reason.</summary>
    TimeCorrected = 3,

    /// <summary>Seconds on their way from one account of a customer to another.</summary>
    TimeMoved = 4,

    /// <summary>Money earned by executions.</summary>
    Revenue = 11,

    /// <summary>Money received from customers.</summary>
    Payments = 12,

    /// <summary>Money earned by selling time.</summary>
    TimeSales = 13,
}

/// <summary>
/// An account with a kept balance. A balance never changes but by a transfer, and always equals the sum of its
/// transfers. The transfers of an account form a chain: each carries the hash of the one before.
/// </summary>
public sealed class LedgerAccount : ICustomerOwned
{
    private LedgerAccount()
    {
    }

    /// <summary>Identifier; the same value as the time account, customer program or customer it belongs to.</summary>
    public LedgerAccountId Id { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>Seconds or millionths of a euro.</summary>
    public LedgerUnit Unit { get; private set; }

    /// <summary>What it is for.</summary>
    public LedgerAccountKind Kind { get; private set; }

    /// <summary>The sum of its transfers, in whole units.</summary>
    public long Balance { get; private set; }

    /// <summary>
    /// The sum of its pending transfers, in whole units, as it sees them: below zero for what is held of it, above for what
    /// may arrive. Those of one account all go one way: prepaid time is held to leave, a price is held to arrive.
    /// </summary>
    public long Pending { get; private set; }

    /// <summary>The lowest balance that a debit may leave; null for no limit.</summary>
    public long? Minimum { get; private set; }

    /// <summary>Whether it takes no more transfers.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>How many transfers it has seen.</summary>
    public long ChainLength { get; private set; }

    /// <summary>SHA-256 of the last transfer; 32 zero bytes before the first.</summary>
    public byte[] ChainHash { get; private set; } = new byte[TransferHash.Size];

    /// <summary>How much a debit may take right now, never less than zero. What is held is not available; what may arrive is not here yet.</summary>
    public long Available => IsClosed ? 0 : Minimum is { } minimum ? Math.Max(0, checked(Balance + Math.Min(Pending, 0) - minimum)) : long.MaxValue;

    /// <summary>The balance without what is held of it.</summary>
    public long BalanceLessHeld => checked(Balance + Math.Min(Pending, 0));

    /// <summary>Opens an account with balance zero.</summary>
    public static LedgerAccount Open(LedgerAccountId id, CustomerId customer, LedgerAccountKind kind, long? minimum = null) => new()
    {
        Id = id,
        CustomerId = customer,
        Kind = kind,
        Unit = kind == LedgerAccountKind.PrepaidTime ? LedgerUnit.Second : LedgerUnit.EuroMillionth,
        Minimum = minimum,
    };

    /// <summary>An account as it is kept, read from where it is kept.</summary>
    public static LedgerAccount Kept(
        LedgerAccountId id, CustomerId customer, LedgerAccountKind kind, long balance, long pending, long? minimum, bool isClosed, long chainLength, byte[] chainHash)
    {
        var account = Open(id, customer, kind, minimum);
        (account.Balance, account.Pending, account.IsClosed, account.ChainLength, account.ChainHash) = (balance, pending, isClosed, chainLength, chainHash);
        return account;
    }

    /// <summary>Changes the limit from now on; a balance that is lower already stays as it is.</summary>
    public void Limit(long? minimum) => Minimum = minimum;

    /// <summary>Takes no more transfers.</summary>
    public void Close() => IsClosed = true;

    /// <summary>Takes transfers again.</summary>
    public void Reopen() => IsClosed = false;

    /// <summary>Moves a positive amount from a boundary into this account.</summary>
    /// <exception cref="Refused">The account is closed, or the amount is not positive.</exception>
    public Transfer Credit(long amount, LedgerBoundary from, Booking booking) =>
        Append(amount, LedgerBoundaries.IdOf(from), Id, booking, TransferPhase.Booked, null);

    /// <summary>Holds a positive amount that may arrive later: the balance stays as it is until it is posted.</summary>
    /// <exception cref="Refused">The account is closed, or the amount is not positive.</exception>
    public Transfer HoldCredit(long amount, LedgerBoundary from, Booking booking) => Kind == LedgerAccountKind.PrepaidTime
        ? throw new InvalidOperationException("Prepaid time is held to leave.")
        : Append(amount, LedgerBoundaries.IdOf(from), Id, booking, TransferPhase.Pending, null);

    /// <summary>Moves a positive amount out of this account, down to its limit.</summary>
    /// <exception cref="Refused">The account is closed, the amount is not positive, or the limit would be passed.</exception>
    public Transfer Debit(long amount, LedgerBoundary to, Booking booking) => Leave(amount, to, booking, TransferPhase.Booked);

    /// <summary>Holds a positive amount down to the account's limit: it is not available any more, and leaves when it is posted.</summary>
    /// <exception cref="Refused">The account is closed, the amount is not positive, or the limit would be passed.</exception>
    public Transfer HoldDebit(long amount, LedgerBoundary to, Booking booking) => Kind != LedgerAccountKind.PrepaidTime
        ? throw new InvalidOperationException("Money is held to arrive.")
        : Leave(amount, to, booking, TransferPhase.Pending);

    /// <summary>What was held moves. Nothing can be in its way, since it was set aside.</summary>
    /// <param name="held">A pending transfer of this account that was neither posted nor voided.</param>
    /// <param name="booking">Who, when and why.</param>
    /// <exception cref="Refused">The account is closed.</exception>
    public Transfer Post(Transfer held, Booking booking) => End(held, booking, TransferPhase.Posted);

    /// <summary>What was held is let go, and nothing moves.</summary>
    /// <param name="held">A pending transfer of this account that was neither posted nor voided.</param>
    /// <param name="booking">Who, when and why.</param>
    /// <exception cref="Refused">The account is closed.</exception>
    public Transfer Void(Transfer held, Booking booking) => End(held, booking, TransferPhase.Voided);

    private Transfer Leave(long amount, LedgerBoundary to, Booking booking, TransferPhase phase) => amount > Available
        ? throw new Refused(IsClosed ? LedgerRefusals.AccountClosed : LedgerRefusals.LimitReached)
        : Append(amount, Id, LedgerBoundaries.IdOf(to), booking, phase, null);

    private Transfer End(Transfer held, Booking booking, TransferPhase phase) => held.Phase == TransferPhase.Pending && held.ChainAccountId == Id
        ? Append(held.Amount, held.FromAccountId, held.ToAccountId, booking, phase, held.Id)
        : throw new InvalidOperationException("Only a pending transfer of this account is posted or voided.");

    private Transfer Append(long amount, LedgerAccountId from, LedgerAccountId to, Booking booking, TransferPhase phase, TransferId? pending)
    {
        if (IsClosed)
        {
            throw new Refused(LedgerRefusals.AccountClosed);
        }

        if (amount <= 0)
        {
            throw new Refused(LedgerRefusals.AmountNotPositive);
        }

        var signed = to == Id ? amount : -amount;
        var (balanceAfter, pendingAfter) = phase switch
        {
            TransferPhase.Booked => (checked(Balance + signed), Pending),
            TransferPhase.Pending => (Balance, checked(Pending + signed)),
            TransferPhase.Posted => (checked(Balance + signed), checked(Pending - signed)),
            _ => (Balance, checked(Pending - signed)),
        };
        var transfer = new Transfer(
            booking.Id, CustomerId, Unit, from, to, amount, booking.Kind, Id, ChainLength + 1, balanceAfter,
            booking.Execution, booking.Note, booking.By, booking.At, phase, pending, phase == TransferPhase.Booked ? null : pendingAfter);
        transfer.Seal(ChainHash);
        (Balance, Pending, ChainLength, ChainHash) = (balanceAfter, pendingAfter, transfer.ChainPosition, transfer.Hash);
        return transfer;
    }
}

/// <summary>The fixed identifiers of the boundaries.</summary>
public static class LedgerBoundaries
{
    /// <summary>The identifier under which transfers name the boundary.</summary>
    public static LedgerAccountId IdOf(LedgerBoundary boundary) =>
        new(new Guid(0, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, (byte)boundary));
}

/// <summary>What the ledger refuses.</summary>
public static class LedgerRefusals
{
    /// <summary>The account takes no more transfers.</summary>
    public static readonly Refusal AccountClosed = new("ledger.account_closed", RefusalKind.Conflict);

    /// <summary>The transfer would take the account below its limit.</summary>
    public static readonly Refusal LimitReached = new("ledger.limit_reached", RefusalKind.Conflict);

    /// <summary>A transfer moves at least one unit.</summary>
    public static readonly Refusal AmountNotPositive = new("ledger.amount_not_positive", RefusalKind.Invalid);

    /// <summary>The transfer's id was used before for something else; what was booked then stands.</summary>
    public static readonly Refusal BookedDifferently = new("ledger.booked_differently", RefusalKind.Conflict);
}
