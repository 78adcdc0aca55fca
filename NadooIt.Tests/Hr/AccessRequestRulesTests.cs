using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Tests.Hr;

public sealed class AccessRequestRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly CustomerId Here = NewId.At<CustomerId>(Now);
    private static readonly PersonId Asker = NewId.At<PersonId>(Now);
    private static readonly PersonId Giver = NewId.At<PersonId>(Now);

    [Fact]
    public void What_no_role_carries_cannot_be_asked_for()
    {
        foreach (var ability in new[] { Ability.ManageOwnAccount, Ability.RunPrograms, Ability.SeeCustomer, Ability.ViewPrograms })
        {
            Should.Throw<Refused>(() => AccessRequest.Ask(Asker, ability, Here, "", Now)).Refusal.ShouldBe(AccessRequestRefusals.NotToBeGiven);
        }

        Should.Throw<Refused>(() => Ask(new string('x', AccessRequest.LongestText + 1))).Refusal.ShouldBe(HrRefusals.ReasonInvalid);
        (Ask(" For November ").Why, Ask("").Why).ShouldBe(("For November", ""));
    }

    [Fact]
    public void Every_ability_that_can_be_given_belongs_to_one_role()
    {
        foreach (var ability in Roles.All.SelectMany(role => role.View.Concat(role.Abilities)).Distinct())
        {
            Roles.All.Count(role => role.View.Contains(ability) || role.Abilities.Contains(ability)).ShouldBe(1, ability.ToString());
        }
    }

    [Fact]
    public void It_is_answered_once()
    {
        Action<AccessRequest>[] answers = [request => request.Grant(Giver, Now), request => request.Refuse(Giver, "No", Now), request => request.Withdraw(Now)];
        foreach (var first in answers)
        {
            var request = Ask("");
            request.StateAt(Now).ShouldBe(AccessRequestState.Open);
            first(request);
            var state = request.StateAt(Now);
            state.ShouldNotBe(AccessRequestState.Open);
            foreach (var second in answers)
            {
                Should.Throw<Refused>(() => second(request)).Refusal.ShouldBe(AccessRequestRefusals.Closed);
            }

            request.Lapse(Now);
            request.StateAt(Now).ShouldBe(state);
        }
    }

    [Fact]
    public void It_lapses_after_a_month_whether_or_not_somebody_writes_it_down()
    {
        var request = Ask("");
        var end = Now + AccessRequest.Lifetime;
        request.StateAt(end.AddTicks(-1)).ShouldBe(AccessRequestState.Open);
        request.StateAt(end).ShouldBe(AccessRequestState.Lapsed);
        Should.Throw<Refused>(() => request.Grant(Giver, end)).Refusal.ShouldBe(AccessRequestRefusals.Closed);
        request.Lapse(end);
        (request.Outcome, request.ClosedBy).ShouldBe((AccessRequestState.Lapsed, null));
    }

    [Fact]
    public void A_refusal_says_why()
    {
        var request = Ask("");
        Should.Throw<Refused>(() => request.Refuse(Giver, " ", Now)).Refusal.ShouldBe(HrRefusals.ReasonInvalid);
        request.StateAt(Now).ShouldBe(AccessRequestState.Open);
        request.Refuse(Giver, "Not yours", Now);
        (request.Answer, request.ClosedBy).ShouldBe(("Not yours", Giver));
    }

    private static AccessRequest Ask(string why) => AccessRequest.Ask(Asker, Ability.EditCustomer, Here, why, Now);
}
