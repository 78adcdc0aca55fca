using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Tests.Keys;

/// <summary>The rules of recovery, without a database.</summary>
public sealed class KeyRecoveryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly PersonId Lost = Somebody();
    private static readonly PersonId First = Somebody();
    private static readonly PersonId Second = Somebody();

    [Fact]
    public void A_second_key_manager_confirms_at_once()
    {
        var recovery = Proposed();

        recovery.Confirm(Second, [First, Second], Now);

        recovery.StateAt(Now).ShouldBe(KeyRecoveryState.Confirmed);
        recovery.ConfirmedBy.ShouldBe(Second);
    }

    [Fact]
    public void The_first_one_never_confirms_while_there_is_a_second() =>
        Refuses(KeyRefusals.SecondManagerNeeded, () => Proposed().Confirm(First, [First, Second], Now.AddDays(3)));

    [Fact]
    public void A_lone_key_manager_waits_24_hours()
    {
        Refuses(KeyRefusals.RecoveryTooEarly, () => Proposed().Confirm(First, [First], Now + KeyRecovery.LoneWait - TimeSpan.FromSeconds(1)));
        var recovery = Proposed();

        recovery.Confirm(First, [First], Now + KeyRecovery.LoneWait);

        recovery.StateAt(Now + KeyRecovery.LoneWait).ShouldBe(KeyRecoveryState.Confirmed);
    }

    [Fact]
    public void A_key_manager_who_lost_her_own_key_is_no_second_one()
    {
        var recovery = Proposed();

        recovery.Confirm(First, [First, Lost], Now + KeyRecovery.LoneWait);

        recovery.ConfirmedBy.ShouldBe(First);
    }

    [Fact]
    public void Nobody_recovers_himself()
    {
        Refuses(KeyRefusals.RecoveryOfOneself, () => KeyRecovery.Propose(Lost, Lost, "Lost", Now));
        Refuses(KeyRefusals.RecoveryOfOneself, () => Proposed().Confirm(Lost, [First, Lost], Now));
    }

    [Fact]
    public void What_is_closed_stays_closed()
    {
        var vetoed = Proposed();
        vetoed.Confirm(Second, [First, Second], Now);
        vetoed.Veto(Now);
        var withdrawn = Proposed();
        withdrawn.Withdraw(Now);
        var old = Proposed();
        foreach (var (recovery, at) in new[] { (vetoed, Now), (withdrawn, Now), (old, Now + KeyRecovery.Lifetime) })
        {
            Refuses(KeyRefusals.RecoveryClosed, () => recovery.Confirm(Second, [First, Second], at));
            Refuses(KeyRefusals.RecoveryClosed, () => recovery.Complete(at));
            Refuses(KeyRefusals.RecoveryClosed, () => recovery.Veto(at));
            Refuses(KeyRefusals.RecoveryClosed, () => recovery.Withdraw(at));
        }
    }

    [Fact]
    public void Only_what_is_confirmed_can_be_completed()
    {
        Refuses(KeyRefusals.RecoveryClosed, () => Proposed().Complete(Now));
        var recovery = Proposed();
        recovery.Confirm(Second, [First, Second], Now);

        recovery.Complete(Now);

        recovery.StateAt(Now).ShouldBe(KeyRecoveryState.Completed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void A_reason_is_needed(string? reason) =>
        Refuses(KeyRefusals.RecoveryReasonInvalid, () => KeyRecovery.Propose(Lost, First, reason ?? new string('x', 501), Now));

    private static KeyRecovery Proposed() => KeyRecovery.Propose(Lost, First, " Lost on the train ", Now);

    private static PersonId Somebody() => NewId.At<PersonId>(Now);

    private static void Refuses(Refusal refusal, Action action) => Should.Throw<Refused>(action).Refusal.ShouldBe(refusal);
}
