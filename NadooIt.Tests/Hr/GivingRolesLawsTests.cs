using FsCheck;
using FsCheck.Fluent;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Tests.Hr;

/// <summary>Laws of giving, for whatever contracts a giver may hold.</summary>
public sealed class GivingRolesLawsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = BusinessTime.DayOf(Now);
    private static readonly CustomerId Home = NewId.At<CustomerId>(Now);
    private static readonly CustomerId Here = NewId.At<CustomerId>(Now);
    private static readonly CustomerId There = NewId.At<CustomerId>(Now);
    private static readonly PersonId Giver = NewId.At<PersonId>(Now);
    private static readonly PersonId Receiver = NewId.At<PersonId>(Now);

    private static Gen<HeldRole> HeldRoles =>
        from role in Gen.Elements(Roles.All.ToArray())
        from abilities in Gen.SubListOf(role.Abilities.ToArray())
        from days in Gen.Elements(new int?[] { null, 1, 30 })
        select new HeldRole(NewId.At<RoleContractId>(Now), role.Role, [.. abilities], days is { } count ? Today.AddDays(count) : null);

    private static Gen<Grants> SomeGrants =>
        from contracts in (
            from customer in Gen.Elements(Home, Here, There)
            from roles in HeldRoles.ListOf(3)
            from days in Gen.Elements(new int?[] { null, 2, 60 })
            select new HeldContract(NewId.At<EmployeeContractId>(Now), customer, customer == Home, [.. roles], days is { } count ? Today.AddDays(count) : null)).ListOf(3)
        select new Grants(contracts);

    private static Gen<(Grants Grants, RoleDefinition Role, IReadOnlyList<Ability> Abilities, CustomerId Customer)> Gifts =>
        from grants in SomeGrants
        from role in Gen.Elements(Roles.All.ToArray())
        from abilities in Gen.SubListOf(role.Abilities.ToArray())
        from customer in Gen.Elements(Home, Here, There)
        select (grants, role, (IReadOnlyList<Ability>)[.. abilities], customer);

    [Fact]
    public void Nobody_gives_more_than_he_holds_there() => Always(gift =>
        gift.Grants.Holds(Ability.CreateCustomers) && !gift.Role.AtOperatorOnly
        || GivingRoles.Givable(gift.Grants, gift.Role.Role, gift.Customer, gift.Customer == Home)
            .All(ability => gift.Grants.Of(ability).Includes(gift.Customer)));

    [Fact]
    public void What_is_offered_is_what_is_accepted() => Always(gift =>
    {
        var may = GivingRoles.MayGive(gift.Grants, gift.Role.Role, gift.Customer, gift.Customer == Home);
        var offered = GivingRoles.Givable(gift.Grants, gift.Role.Role, gift.Customer, gift.Customer == Home);
        return IsAccepted(gift, Receiver) == (may && !gift.Abilities.Except(offered).Any());
    });

    [Fact]
    public void Nobody_gives_to_himself() => Always(gift => !IsAccepted(gift, Giver));

    [Fact]
    public void Platform_roles_are_given_at_the_operator_only() => Always(gift =>
        !gift.Role.AtOperatorOnly || gift.Customer == Home || !IsAccepted(gift, Receiver));

    [Fact]
    public void A_gift_lasts_no_longer_than_each_right_behind_it() => Always(gift =>
    {
        var latest = GivingRoles.LatestEnd(gift.Grants, gift.Role.Role, gift.Abilities, gift.Customer);
        var own = gift.Grants.Until(gift.Role.Give, gift.Customer);
        return !IsAccepted(gift, Receiver) || own is null || latest <= own;
    });

    [Fact]
    public void Every_grant_is_explained_and_every_explanation_is_a_grant() => Always(gift =>
        Enum.GetValues<Ability>().All(ability => gift.Grants.Of(ability).Includes(gift.Customer) == gift.Grants.Why(ability, gift.Customer).Any()));

    [Fact]
    public void Giving_twice_adds_nothing() => Always(gift =>
    {
        var contract = EmployeeContract.Begin(Here, Receiver, Today, null, Giver, Now);
        var by = new RoleGift(Giver, null, "Test", Now);
        var first = contract.Give(gift.Role.Role, gift.Abilities, by);
        var second = contract.Give(gift.Role.Role, gift.Abilities, by with { At = Now.AddHours(1) });
        return ReferenceEquals(first, second) && contract.Roles.Count == 1 && second.Abilities.Count == gift.Abilities.Count
            && second.Abilities.All(ability => ability.GivenAt == Now);
    });

    [Fact]
    public void An_ended_contract_takes_nothing_more()
    {
        var contract = EmployeeContract.Begin(Here, Receiver, Today, null, Giver, Now);
        contract.Give(Role.ExecutionManager, [Ability.CreateExecutions], new RoleGift(Giver, null, "Test", Now));
        contract.Deactivate(Giver, "Test", Now);

        contract.IsRunningOn(Today).ShouldBeFalse();
        contract.Roles.ShouldAllBe(role => !role.IsRunningOn(Today));
        Should.Throw<Refused>(() => contract.Give(Role.ExecutionManager, [], new RoleGift(Giver, null, "Test", Now))).Refusal.ShouldBe(HrRefusals.ContractEnded);
        Should.Throw<Refused>(() => contract.Deactivate(Giver, "Test", Now)).Refusal.ShouldBe(HrRefusals.ContractEnded);
    }

    private static bool IsAccepted((Grants Grants, RoleDefinition Role, IReadOnlyList<Ability> Abilities, CustomerId Customer) gift, PersonId to)
    {
        try
        {
            GivingRoles.Check(gift.Grants, Giver, to, gift.Role.Role, gift.Abilities, gift.Customer, gift.Customer == Home);
            return true;
        }
        catch (Refused)
        {
            return false;
        }
    }

    private static void Always(Func<(Grants Grants, RoleDefinition Role, IReadOnlyList<Ability> Abilities, CustomerId Customer), bool> law) =>
        Prop.ForAll(Gifts.ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
