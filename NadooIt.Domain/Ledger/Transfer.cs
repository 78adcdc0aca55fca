using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Ledger;

/// <summary>Why value moved. The values are stored.</summary>
public enum TransferKind
{
    /// <summary>Prepaid time was bought.</summary>
    Purchase = 1,

    /// <summary>An execution used time or was billed.</summary>
    Execution = 2,

    /// <summary>An execution was reversed.</summary>
    Reversal = 3,

    /// <summary>A person corrected a balance, with a reason.</summary>
    Correction = 4,

    /// <summary>Time moved between two accounts of one customer.</summary>
    Move = 5,

    /// <summary>A customer paid.</summary>
    Payment = 6,

    /// <summary>A paid execution was refunded.</summary>
    Refund = 7,

    /// <summary>Money that was owed to a customer was paid out.</summary>
    Payout = 8,
}

/// <summary>How a transfer stands to value that is held. The values are stored.</summary>
public enum TransferPhase
{
    /// <summary>It moved at once; nothing was held for it.</summary>
    Booked = 0,

    /// <summary>It holds an amount: nothing has moved, but what is held cannot be used otherwise.</summary>
    Pending = 1,

    /// <summary>What was held has moved.</summary>
    Posted = 2,

    /// <summary>What was held was let go, and nothing has moved.</summary>
    Voided = 3,
}

/// <summary>The circumstances of a transfer.</summary>
/// <param name="Id">Made by the caller; the same id again means: already done.</param>
/// <param name="Kind">Why.</param>
/// <param name="By">Who.</param>
/// <param name="At">When it is booked; kept to whole microseconds, as the database does.</param>
/// <param name="Execution">The execution it belongs to, if any.</param>
/// <param name="Note">The reason or reference a person gave, up to 500 characters.</param>
public sealed record Booking(TransferId Id, TransferKind Kind, PersonId By, DateTimeOffset At, ExecutionId? Execution = null, string? Note = null);

/// <summary>
/// A positive whole amount that moved from one account to another of the same unit: double entry by construction,
/// since the one side loses what the other gains. Never changed, never deleted; a mistake is corrected by another one.
/// </summary>
public sealed class Transfer : ICustomerOwned
{
    private Transfer()
    {
    }

    internal Transfer(
        TransferId id, CustomerId customerId, LedgerUnit unit, LedgerAccountId from, LedgerAccountId to, long amount,
        TransferKind kind, LedgerAccountId chainAccount, long chainPosition, long balanceAfter, ExecutionId? execution,
        string? note, PersonId bookedBy, DateTimeOffset bookedAt, TransferPhase phase = TransferPhase.Booked, TransferId? pending = null, long? pendingAfter = null)
    {
        Id = id;
        CustomerId = customerId;
        Unit = unit;
        FromAccountId = from;
        ToAccountId = to;
        Amount = amount;
        Kind = kind;
        ChainAccountId = chainAccount;
        ChainPosition = chainPosition;
        BalanceAfter = balanceAfter;
        ExecutionId = execution;
        Note = note;
        BookedBy = bookedBy;
        BookedAt = bookedAt;
        Phase = phase;
        PendingId = pending;
        PendingAfter = pendingAfter;
    }

    /// <summary>Identifier, made by the caller.</summary>
    public TransferId Id { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>Seconds or millionths of a euro.</summary>
    public LedgerUnit Unit { get; private set; }

    /// <summary>Where the amount left.</summary>
    public LedgerAccountId FromAccountId { get; private set; }

    /// <summary>Where the amount arrived.</summary>
    public LedgerAccountId ToAccountId { get; private set; }

    /// <summary>Whole units, above zero.</summary>
    public long Amount { get; private set; }

    /// <summary>Why.</summary>
    public TransferKind Kind { get; private set; }

    /// <summary>The kept account in whose chain it stands; it is one of the two ends.</summary>
    public LedgerAccountId ChainAccountId { get; private set; }

    /// <summary>Its place in the chain, from 1 on without a gap.</summary>
    public long ChainPosition { get; private set; }

    /// <summary>The balance of the chain's account after it.</summary>
    public long BalanceAfter { get; private set; }

    /// <summary>The execution it belongs to, if any.</summary>
    public ExecutionId? ExecutionId { get; private set; }

    /// <summary>Reason or reference.</summary>
    public string? Note { get; private set; }

    /// <summary>Who booked it.</summary>
    public PersonId BookedBy { get; private set; }

    /// <summary>When it was booked.</summary>
    public DateTimeOffset BookedAt { get; private set; }

    /// <summary>Whether it moved at once, holds, or ends a hold.</summary>
    public TransferPhase Phase { get; private set; }

    /// <summary>The pending transfer that it posts or voids, in the same chain; null for one that moved at once or holds.</summary>
    public TransferId? PendingId { get; private set; }

    /// <summary>What is pending on the chain's account after it; null for one that moved at once and so changed nothing of that.</summary>
    public long? PendingAfter { get; private set; }

    /// <summary>SHA-256 over the hash before and every field above.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>What it changed of the balance, as the chain's account sees it: negative when it left, 0 when nothing has moved.</summary>
    public long SignedAmount => Phase is TransferPhase.Booked or TransferPhase.Posted ? Direction * Amount : 0;

    /// <summary>What it changed of the pending sum of the chain's account.</summary>
    public long SignedPending => Phase switch
    {
        TransferPhase.Booked => 0,
        TransferPhase.Pending => Direction * Amount,
        _ => -Direction * Amount,
    };

    private int Direction => ToAccountId == ChainAccountId ? 1 : -1;

    /// <summary>Whether the stored hash follows from the one before and the fields.</summary>
    public bool Fits(ReadOnlySpan<byte> previousHash) => TransferHash.Of(this, previousHash).AsSpan().SequenceEqual(Hash);

    internal void Seal(ReadOnlySpan<byte> previousHash) => Hash = TransferHash.Of(this, previousHash);
}

/// <summary>The chaining of transfers: SHA-256 over the previous hash and the fields in a fixed binary form.</summary>
public static class TransferHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private const int HoldSize = 16 + 8;
    private const int LargestOnStack = 1024;

    /// <summary>The hash of a transfer that follows the one with <paramref name="previousHash"/>.</summary>
    public static byte[] Of(Transfer transfer, ReadOnlySpan<byte> previousHash)
    {
        var note = Encoding.UTF8.GetBytes(transfer.Note ?? "");
        Span<byte> fixedPart = stackalloc byte[Size + (7 * 16) + (6 * 8)];
        // A phase is told apart in a field of its own width, so that no note can look like what follows a hold.
        var rest = fixedPart;
        previousHash.CopyTo(Take(ref rest, Size));
        foreach (var id in (ReadOnlySpan<Guid>)[
            transfer.Id.Value, transfer.CustomerId.Value, transfer.FromAccountId.Value, transfer.ToAccountId.Value,
            transfer.ChainAccountId.Value, transfer.ExecutionId?.Value ?? Guid.Empty, transfer.BookedBy.Value])
        {
            id.TryWriteBytes(Take(ref rest, 16), bigEndian: true, out _);
        }

        var microseconds = (transfer.BookedAt.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        foreach (var number in (ReadOnlySpan<long>)[
            (long)transfer.Unit, transfer.Amount, (long)transfer.Kind | ((long)transfer.Phase << 32), transfer.ChainPosition, transfer.BalanceAfter, microseconds])
        {
            BinaryPrimitives.WriteInt64BigEndian(Take(ref rest, 8), number);
        }

        var length = fixedPart.Length + (transfer.Phase == TransferPhase.Booked ? 0 : HoldSize) + note.Length;
        var all = length <= LargestOnStack ? stackalloc byte[length] : new byte[length];
        fixedPart.CopyTo(all);
        note.CopyTo(all[^note.Length..]);
        if (transfer.Phase != TransferPhase.Booked)
        {
            var ofHold = all[fixedPart.Length..];
            (transfer.PendingId?.Value ?? Guid.Empty).TryWriteBytes(ofHold, bigEndian: true, out _);
            BinaryPrimitives.WriteInt64BigEndian(ofHold[16..], transfer.PendingAfter ?? 0);
        }

        return SHA256.HashData(all);
    }

    private static Span<byte> Take(ref Span<byte> rest, int length)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
