using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Ledger;

/// <summary>
/// An amount that moves from one kept account to another: two transfers over one boundary, so that it stands in the
/// chains of both. The second transfer's id follows from the first one's, so each names the other.
/// </summary>
/// <param name="Out">What leaves the one account.</param>
/// <param name="In">What arrives at the other.</param>
public sealed record Move(Transfer Out, Transfer In)
{
    /// <summary>Moves a positive amount, down to the giver's limit. A refusal of either side changes neither.</summary>
    /// <exception cref="Refused">An account is closed, the amount is not positive, or the limit would be passed.</exception>
    public static Move Between(LedgerAccount giver, LedgerAccount taker, long amount, LedgerBoundary over, Booking booking)
    {
        if (giver.IsClosed || taker.IsClosed)
        {
            throw new Refused(LedgerRefusals.AccountClosed);
        }

        var given = giver.Debit(amount, over, booking);
        return new(given, taker.Credit(amount, over, booking with { Id = OtherSide(booking.Id) }));
    }

    /// <summary>The id of the transfer on the other side: the last bit is turned over, so this is its own inverse.</summary>
    public static TransferId OtherSide(TransferId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes);
        bytes[15] ^= 1;
        return new(new Guid(bytes));
    }
}
