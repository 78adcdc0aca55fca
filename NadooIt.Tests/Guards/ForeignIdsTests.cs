using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Budgets;
using NadooIt.Data.Complaints;
using NadooIt.Data.Crm;
using NadooIt.Data.Executions;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ownership;
using NadooIt.Data.Statements;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Complaints;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Tests.ApiKeys;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>
/// Ids of another customer inside the input: somebody who holds every ability at one customer names what belongs to
/// another, and somebody who holds every ability at both mixes them.
/// </summary>
public sealed class ForeignIdsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TermsInput Ladder = new(60, 86_400, PriceMode.Dynamic, null);
    private static readonly AddressLines Lines = new("Einkauf", "Hauptstraße", "1", "10115", "Berlin", "DE");
    private static readonly Ability[] AllAbilities = [.. Roles.All.Where(role => !role.AtOperatorOnly).SelectMany(role => role.Abilities.Concat(role.View))];
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public async Task Time_never_moves_between_customers()
    {
        var (here, there, manager, both) = await PeopleAsync();
        var (own, foreign) = ((await landscape.TimeAccountAsync(here, 100)).Id, (await landscape.TimeAccountAsync(there, 100)).Id);

        await RefusedAsync(CommonRefusals.NotFound, () => MoveAsync(manager, foreign, own));
        await RefusedAsync(CommonRefusals.NotFound, () => MoveAsync(manager, own, foreign));
        await RefusedAsync(TimeAccountRefusals.TransferInvalid, () => MoveAsync(both, foreign, own));
        await RefusedAsync(TimeAccountRefusals.TransferInvalid, () => MoveAsync(landscape.Administrator.Id, own, foreign));
        await MoveAsync(manager, own, (await landscape.TimeAccountAsync(here)).Id);

        async Task MoveAsync(PersonId person, TimeAccountId from, TimeAccountId to) => await (await database.AsTouchedAsync<MoveTime>(person)).RunAsync(
            new(NewId.At<TransferId>(database.Clock.GetUtcNow()), from, to, new Seconds(1), null), None);
    }

    [Fact]
    public async Task A_program_draws_from_accounts_of_its_own_customer()
    {
        var (here, there, manager, both) = await PeopleAsync();
        var (own, foreign) = ((await landscape.TimeAccountAsync(here, 100)).Id, (await landscape.TimeAccountAsync(there, 100)).Id);
        var program = await landscape.CustomerProgramAsync(here);
        foreach (var person in new[] { manager, both, landscape.Administrator.Id })
        {
            await RefusedAsync(CommonRefusals.NotFound, () => database.As<CreateCustomerProgram>(person).RunAsync(new(here, program.ProgramId, Ladder, [foreign]), None));
            await RefusedAsync(CommonRefusals.NotFound, () => database.As<CreateCustomerProgram>(person).RunAsync(new(here, program.ProgramId, Ladder, [own, foreign]), None));
            await RefusedAsync(CommonRefusals.NotFound, async () => await database.As<ChangeDrawnAccounts>(person).RunAsync(
                new(program.Id, [foreign], (await database.As<ReadCustomerProgram>(person).RunAsync(program.Id, None)).Version), None));
        }

        await database.As<CreateCustomerProgram>(manager).RunAsync(new(here, program.ProgramId, Ladder, [own]), None);
    }

    [Fact]
    public async Task An_address_is_changed_at_its_own_customer()
    {
        var (here, there, _, both) = await PeopleAsync();
        var foreign = await database.As<AddAddress>(both).RunAsync(new(there, AddressKind.Billing, Lines, true), None);
        var version = (await database.As<ReadCustomerRecord>(both).RunAsync(there, None)).Addresses.Single().Version;

        await RefusedAsync(CommonRefusals.ChangedMeanwhile, () => database.As<EndAddress>(both).RunAsync(new(here, foreign, version), None));
        await RefusedAsync(CommonRefusals.ChangedMeanwhile, () => database.As<ReplaceAddress>(both).RunAsync(new(here, foreign, Lines with { Town = "Ulm" }, version), None));
        await RefusedAsync(CommonRefusals.ChangedMeanwhile, () => database.As<MakeDefaultAddress>(both).RunAsync(new(here, foreign, version), None));
        await database.As<EndAddress>(both).RunAsync(new(there, foreign, version), None);
    }

    [Fact]
    public async Task A_filter_with_something_foreign_finds_nothing()
    {
        var (here, there, manager, _) = await PeopleAsync();
        var runner = (await landscape.EmployeeAsync(there, Ability.CreateExecutions)).Id;
        var (program, account) = (await landscape.CustomerProgramAsync(there), await landscape.TimeAccountAsync(there, 60));
        var execution = (await database.As<RecordExecution>(runner).RunAsync(new(program.Id, "foreign", null, null, null), None)).Id;
        var own = await landscape.CustomerProgramAsync(here);
        await landscape.EmployAsync(here, runner, Ability.CreateExecutions);
        var ownExecution = (await database.As<RecordExecution>(runner).RunAsync(new(own.Id, "own", null, null, null), None)).Id;

        ExecutionFilter[] foreign = [new(Customer: there), new(CustomerProgram: program.Id), new(Customer: there, Person: runner), new(Search: execution.ToString()), new(Search: "foreign"),
            new(NamedPeriod.Last20, Customer: there), new(NamedPeriod.Today, CustomerProgram: program.Id, Status: ExecutionStatus.NotPaid)];
        foreach (var filter in foreign)
        {
            (await database.As<ListExecutions>(manager).RunAsync(new(filter, new()), None)).Page.ShouldSatisfyAllConditions(page => page.Rows.ShouldBeEmpty(), page => page.Total.ShouldBe(0));
            (await database.As<SumExecutions>(manager).RunAsync(filter, None)).Counted.Count.ShouldBe(0);
            (await (await database.As<ExportExecutions>(manager).RunAsync(filter, None)).CountAsync()).ShouldBe(0);
        }

        (await database.As<ListExecutions>(manager).RunAsync(new(new(Person: runner), new()), None)).Page.Rows.ShouldHaveSingleItem().Id.ShouldBe(ownExecution);
        (await database.As<SumExecutions>(manager).RunAsync(new(), None)).Counted.Count.ShouldBe(1);
        await using (var db = database.Open())
        {
            (await db.AuditEntries.Where(entry => entry.Subject == ExportExecutions.AuditSubject && entry.CustomerId == there).AnyAsync()).ShouldBeFalse();
        }

        var choices = await database.As<ListExecutionChoices>(manager).RunAsync(there, None);
        (choices.Programs.Count, choices.People.Count, choices.Customers.Count).ShouldBe((0, 0, 1));
        var keyChoices = await database.As<ReadApiKeyChoices>(manager).RunAsync(there, runner, None);
        (keyChoices.Owners.Count, keyChoices.CustomerPrograms.Count, keyChoices.Abilities.Count).ShouldBe((0, 0, 0));
        (await database.As<ListTimeAccounts>(manager).RunAsync(new(there, true, false, null, new()), None))
            .ShouldSatisfyAllConditions(result => result.Page.Rows.ShouldBeEmpty(), result => result.Sum.ShouldBe(Seconds.Zero), result => result.Places.ShouldNotContain(place => place.Id == there));
        (await database.As<ListCustomerPrograms>(manager).RunAsync(new(there, null, true, null, new()), None)).Page.Rows.ShouldBeEmpty();
        (await database.As<ListCustomerPrograms>(manager).RunAsync(new(null, program.ProgramId, true, null, new()), None)).Page.Rows.ShouldBeEmpty();
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<SetBudget>(manager).RunAsync(new(there, null, 1m, [], true), None));
        await RefusedAsync(OwnershipRefusals.NotFound, () => database.As<SetBudget>(manager).RunAsync(new(here, program.Id, 1m, [], true), None));
        await database.As<SetBudget>(landscape.Administrator.Id).RunAsync(new(there, program.Id, 1m, [], false), None);
        (await database.As<ListBudgets>(manager).RunAsync(new(program.Id, there), None)).ShouldBeEmpty();
        await database.As<SetBudget>(manager).RunAsync(new(here, own.Id, 100m, [], false), None);
        (await database.As<ListBudgets>(manager).RunAsync(new(), None)).ShouldHaveSingleItem().Program.ShouldBe(own.Id);
        (await database.As<ListEmployees>(manager).RunAsync(new(there, null, true, new()), None)).Rows.ShouldBeEmpty();
        (await database.As<ListApiKeys>(manager).RunAsync(new(there, true, new()), None)).Rows.ShouldBeEmpty();
        await TestLedgerTests.PutAsync(database, there, runner);
        (await database.As<ListTestExecutions>(manager).RunAsync(new(there, new()), None)).ShouldSatisfyAllConditions(
            result => result.Page.Rows.ShouldBeEmpty(), result => result.Places.ShouldBeEmpty());
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<DeleteTestExecutions>(manager).RunAsync(there, None));
        (await database.As<ListAccountsToDrawFrom>(manager).RunAsync(there, None)).ShouldBeEmpty();
        (await database.As<ListGivableRoles>(manager).RunAsync(new(runner, there), None)).ShouldBeEmpty();
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<ReadTimeAccount>(manager).RunAsync(account.Id, None));
        var month = new DateOnly(2026, 11, 1);
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<ReadMoneyStatement>(manager).RunAsync(new(there, month), None));
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<ExportMoneyStatement>(manager).RunAsync(there, month, None));
        (await database.As<ListMoneyLines>(manager).RunAsync(new(here, month, program.Id, false, null, new()), None)).Page.Rows.ShouldBeEmpty();
        (await database.As<ListCustomerMoney>(manager).RunAsync(new(null, false, new()), None)).Page.Rows.ShouldHaveSingleItem().Id.ShouldBe(here);
        await RefusedAsync(ExecutionRefusals.NotFound, async () => await (await database.AsTouchedAsync<ReverseExecution>(manager)).RunAsync(execution, "Test", None));
    }

    [Fact]
    public async Task Complaints_of_another_customer_do_not_exist()
    {
        var (_, there, manager, both) = await PeopleAsync();
        var program = await landscape.CustomerProgramAsync(there);
        var first = (await database.As<RecordExecution>(both).RunAsync(new(program.Id, "first", null, null, null), None)).Id;
        var second = (await database.As<RecordExecution>(both).RunAsync(new(program.Id, "second", null, null, null), None)).Id;
        var complaint = await database.As<FileComplaint>(both).RunAsync(first, "Ran twice", None);

        await RefusedAsync(ExecutionRefusals.NotFound, () => database.As<FileComplaint>(manager).RunAsync(second, "Ran twice", None));
        await RefusedAsync(ComplaintRefusals.NotFound, () => database.As<ReadComplaint>(manager).RunAsync(complaint, None));
        await RefusedAsync(ComplaintRefusals.NotFound, () => database.As<AnswerComplaint>(manager).RunAsync(complaint, "Test", None));
        await RefusedAsync(ComplaintRefusals.NotFound, () => database.As<WithdrawComplaint>(manager).RunAsync(complaint, "Test", None));
        await RefusedAsync(ComplaintRefusals.NotFound, () => database.As<ReopenComplaint>(manager).RunAsync(complaint, "Test", None));
        (await database.As<ListComplaints>(manager).RunAsync(new(there, [], new()), None)).Rows.ShouldBeEmpty();
        (await database.As<ListComplaints>(manager).RunAsync(new(null, [], new()), None)).Rows.ShouldBeEmpty();

        (await database.As<ListComplaints>(both).RunAsync(new(there, [], new()), None)).Rows.ShouldHaveSingleItem().Complaint.Id.ShouldBe(complaint);
        await database.As<WithdrawComplaint>(both).RunAsync(complaint, "Test", None);
        await database.As<FileComplaint>(both).RunAsync(second, "Ran twice", None);
    }

    [Fact]
    public async Task A_key_manager_does_not_lose_the_role_to_somebody_who_only_ends_contracts()
    {
        var home = landscape.Operator.Id;
        var ending = (await landscape.EmployeeAsync(home, Ability.EndContracts)).Id;
        var giver = await landscape.PersonAsync();
        var contract = await landscape.EmployAsync(home, giver.Id, Ability.CreateKeyManagers);
        var receiver = await landscape.EmployeeAsync(home);
        await (await database.AsTouchedAsync<GiveRole>(giver.Id)).RunAsync(new(receiver.UserCode.Display, home, Role.KeyManager, [], "Test"), None);

        (await Should.ThrowAsync<AccessDenied>(async () => await EndAsync(ending))).Ability.ShouldBe(Ability.DeleteKeyManagers);
        (await database.As<Access>(receiver.Id).GrantsAsync(None)).Holds(Ability.ViewKeys).ShouldBeTrue();

        await EndAsync(landscape.Administrator.Id);
        (await database.As<Access>(receiver.Id).GrantsAsync(None)).Holds(Ability.ViewKeys).ShouldBeFalse();

        async Task EndAsync(PersonId person)
        {
            var version = (await database.As<ReadEmployee>(landscape.Administrator.Id).RunAsync(contract.Id, None)).Version;
            await database.As<EndContract>(person).RunAsync(new(contract.Id, "Test", version, true), None);
        }
    }

    [Fact]
    public async Task Contracts_roles_and_requests_of_another_customer_do_not_exist()
    {
        var (here, there, manager, both) = await PeopleAsync();
        var person = await landscape.PersonAsync();
        var contract = await landscape.EmployAsync(there, person.Id, Ability.EditCustomer);
        var role = contract.Roles.Single().Id;
        var request = await database.As<AskForAccess>(person.Id).RunAsync(new(Ability.OpenTimeAccounts, there, ""), None);
        var later = landscape.Today.AddDays(9);

        await RefusedAsync(CommonRefusals.NotFound, () => database.As<ReadAccessRequest>(manager).RunAsync(request, None));
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<RefuseAccessRequest>(manager).RunAsync(new(request, Ability.OpenTimeAccounts, "Test"), None));
        await RefusedAsync(CommonRefusals.NotFound, async () => await (await database.AsTouchedAsync<GrantAccessRequest>(manager)).RunAsync(new(request, Ability.OpenTimeAccounts, "Test"), None));
        await RefusedAsync(CommonRefusals.NotFound, async () => await (await database.AsTouchedAsync<ExtendContract>(manager)).RunAsync(new(contract.Id, later, "Test", 0), None));
        await RefusedAsync(CommonRefusals.NotFound, async () => await (await database.AsTouchedAsync<ExtendRole>(manager)).RunAsync(new(role, Role.CustomerManager, later, "Test", 0), None));
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<EndAbility>(manager).RunAsync(new(role, Role.CustomerManager, Ability.EditCustomer, "Test"), None));
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<Offboard>(manager).RunAsync(new(contract.Id, "Test", 0), None));
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<ReadOffboarding>(manager).RunAsync(new(contract.Id, "Test", 0), None));
        await RefusedAsync(CommonRefusals.NotFound, () => database.As<ReadEndConsequences>(manager).RunAsync(new(contract.Id, null), None));
        await RefusedAsync(HrRefusals.NotRunning, () => database.As<Offboard>(both).RunAsync(new(contract.Id, "Test", 0, HandOverTo: manager), None));
        (await database.As<ListAccessRequests>(manager).RunAsync(new(), None)).ToDecide.ShouldNotContain(row => row.Id == request);

        (await database.As<ReadAccessRequest>(both).RunAsync(request, None)).CustomerName.ShouldNotBeEmpty();
        (await database.As<Offboard>(both).RunAsync(new(contract.Id, "Test", 0), None)).Contracts.ShouldBe(1);
        here.ShouldNotBe(there);
    }

    private async Task<(CustomerId Here, CustomerId There, PersonId Manager, PersonId Both)> PeopleAsync()
    {
        var (here, there) = ((await landscape.CustomerAsync()).Id, (await landscape.CustomerAsync()).Id);
        var both = (await landscape.EmployeeAsync(here, AllAbilities)).Id;
        await landscape.EmployAsync(there, both, AllAbilities);
        return (here, there, (await landscape.EmployeeAsync(here, AllAbilities)).Id, both);
    }

    private static async Task RefusedAsync(Refusal refusal, Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal.ShouldBe(refusal);
}
