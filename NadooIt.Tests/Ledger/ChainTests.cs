using FsCheck;
using FsCheck.Fluent;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Tests.Ledger;

public sealed class ChainTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly CustomerId Owner = NewId.At<CustomerId>(Now);
    private static readonly PersonId Somebody = NewId.At<PersonId>(Now);

    [Fact]
    public void Whatever_happens_balance_sum_chain_and_limit_agree() => Check.QuickThrowOnFailure(Prop.ForAll<long[], byte>((wishes, overdraft) =>
    {
        var account = Open(-overdraft);
        var lines = new List<Transfer>();
        foreach (var wish in wishes.Select(wish => wish % 1_000))
        {
            var before = (account.Balance, account.ChainLength, account.ChainHash);
            try
            {
                lines.Add(wish >= 0 ? account.Credit(wish, LedgerBoundary.TimeSold, Booking()) : account.Debit(-wish, LedgerBoundary.TimeUsed, Booking()));
            }
            catch (Refused)
            {
                // A refusal changes nothing.
                if (before != (account.Balance, account.ChainLength, account.ChainHash))
                {
                    return false;
                }
            }
        }

        var (balance, hash, fits) = (0L, new byte[TransferHash.Size], true);
        foreach (var (line, position) in lines.Select((line, index) => (line, index + 1L)))
        {
            balance += line.SignedAmount;
            fits &= line.Fits(hash) && line.ChainPosition == position && line.BalanceAfter == balance && balance >= -overdraft && line.Amount > 0;
            hash = line.Hash;
        }

        return fits && account.Balance == balance && account.ChainLength == lines.Count && account.ChainHash.SequenceEqual(hash);
    }));

    [Fact]
    public void A_move_takes_from_one_what_it_gives_to_the_other() => Check.QuickThrowOnFailure(Prop.ForAll<PositiveInt, PositiveInt>((stock, wish) =>
    {
        var (giver, taker) = (Open(0), Open(0));
        giver.Credit(stock.Get, LedgerBoundary.TimeSold, Booking());
        try
        {
            var move = Move.Between(giver, taker, wish.Get, LedgerBoundary.TimeMoved, Booking());
            return wish.Get <= stock.Get && giver.Balance + taker.Balance == stock.Get && taker.Balance == wish.Get
                && Move.OtherSide(move.Out.Id) == move.In.Id && Move.OtherSide(move.In.Id) == move.Out.Id;
        }
        catch (Refused refused)
        {
            return wish.Get > stock.Get && refused.Refusal == LedgerRefusals.LimitReached && giver.Balance == stock.Get && taker.Balance == 0;
        }
    }));

    [Fact]
    public void The_hash_covers_every_field()
    {
        var account = Open(0);
        var line = account.Credit(5, LedgerBoundary.TimeSold, Booking() with { Note = "five" });
        var other = Open(0).Credit(5, LedgerBoundary.TimeSold, Booking() with { Note = "fiye" });

        line.Fits(new byte[TransferHash.Size]).ShouldBeTrue();
        line.Fits(other.Hash).ShouldBeFalse();
        line.Hash.ShouldNotBe(other.Hash);
    }

    [Fact]
    public void A_closed_account_takes_nothing_more()
    {
        var account = Open(0);
        account.Close();

        Should.Throw<Refused>(() => account.Credit(1, LedgerBoundary.TimeSold, Booking())).Refusal.ShouldBe(LedgerRefusals.AccountClosed);
        Should.Throw<Refused>(() => account.Debit(1, LedgerBoundary.TimeUsed, Booking())).Refusal.ShouldBe(LedgerRefusals.AccountClosed);
        account.Available.ShouldBe(0);
    }

    private static LedgerAccount Open(long minimum) => LedgerAccount.Open(NewId.At<LedgerAccountId>(Now), Owner, LedgerAccountKind.PrepaidTime, minimum);

    private static Booking Booking() => new(NewId.At<TransferId>(Now), TransferKind.Purchase, Somebody, Now);
}
