using Microsoft.EntityFrameworkCore;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.People;
using NadooIt.Domain.Programs;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Tests.Support;

/// <summary>
/// The people and companies that stories need, written past the use cases: the operator with an administrator who
/// holds everything there, and whatever a test adds.
/// </summary>
public sealed class Landscape
{
    private readonly EmptyDatabase database;
    private int number;

    private Landscape(EmptyDatabase database) => this.database = database;

    public Customer Operator { get; private set; } = null!;

    /// <summary>Holds every role with every ability at the operator.</summary>
    public Person Administrator { get; private set; } = null!;

    private DateTimeOffset Now => database.Clock.GetUtcNow();

    /// <summary>Builds the operator and its administrator, once per database.</summary>
    public static async Task<Landscape> BuildAsync(EmptyDatabase database)
    {
        var landscape = new Landscape(database);
        await using var db = database.Open();
        landscape.Operator = Customer.Create("NADOO", landscape.Now, isOperator: true);
        landscape.Administrator = Person.Register("Ada Administrator", UserCode.Create(), landscape.Now);
        db.Add(landscape.Operator);
        db.Add(landscape.Administrator);
        var contract = EmployeeContract.Begin(landscape.Operator.Id, landscape.Administrator.Id, landscape.Today, null, landscape.Administrator.Id, landscape.Now);
        foreach (var role in Roles.All)
        {
            contract.Give(role.Role, role.Abilities, landscape.Gift(landscape.Administrator.Id));
        }

        db.Add(contract);
        await db.SaveChangesAsync();
        return landscape;
    }

    public DateOnly Today => BusinessTime.DayOf(Now);

    public async Task<Customer> CustomerAsync(string? name = null)
    {
        await using var db = database.Open();
        var customer = Customer.Create(name ?? $"Customer {++number}", Now);
        db.Add(customer);
        await db.SaveChangesAsync();
        return customer;
    }

    public async Task<Person> PersonAsync(string? name = null)
    {
        await using var db = database.Open();
        var person = Person.Register(name ?? $"Person {++number}", UserCode.Create(), Now);
        db.Add(person);
        await db.SaveChangesAsync();
        return person;
    }

    /// <summary>A person with a running contract at the customer, and the roles that carry the given abilities.</summary>
    public async Task<Person> EmployeeAsync(CustomerId customer, params Ability[] abilities)
    {
        var person = await PersonAsync();
        await EmployAsync(customer, person.Id, abilities);
        return person;
    }

    /// <summary>A running contract with the roles that carry the given abilities; viewing abilities bring the bare role.</summary>
    public async Task<EmployeeContract> EmployAsync(CustomerId customer, PersonId person, params Ability[] abilities)
    {
        await using var db = database.Open();
        var contract = EmployeeContract.Begin(customer, person, Today, null, Administrator.Id, Now);
        foreach (var role in Roles.All)
        {
            var ofRole = role.Abilities.Intersect(abilities).ToList();
            if (ofRole.Count > 0 || role.View.Intersect(abilities).Any())
            {
                contract.Give(role.Role, ofRole, Gift(Administrator.Id));
            }
        }

        db.Add(contract);
        await db.SaveChangesAsync();
        return contract;
    }

    /// <summary>Ends a contract at the present moment of the clock.</summary>
    public async Task EndAsync(EmployeeContract contract)
    {
        await using var db = database.Open();
        var stored = await db.EmployeeContracts.Include(found => found.Roles).SingleAsync(found => found.Id == contract.Id);
        stored.Deactivate(Administrator.Id, "Test", Now);
        await db.SaveChangesAsync();
    }

    /// <summary>Deactivates a person; contracts and keys stay as they are.</summary>
    public async Task DeactivateAsync(PersonId person)
    {
        await using var db = database.Open();
        (await db.People.SingleAsync(found => found.Id == person)).Deactivate(Now);
        await db.SaveChangesAsync();
    }

    /// <summary>An open time account that holds so many seconds.</summary>
    public async Task<TimeAccount> TimeAccountAsync(CustomerId customer, long seconds = 0, long overdraft = 0)
    {
        await using var db = database.Open();
        var account = TimeAccount.Open(customer, $"Account {++number}", new Seconds(overdraft), null, Now);
        var ledger = LedgerAccount.Open(account.LedgerAccountId, customer, LedgerAccountKind.PrepaidTime, -overdraft);
        db.Add(account);
        db.Add(ledger);
        if (seconds > 0)
        {
            db.Add(ledger.Credit(seconds, LedgerBoundary.TimeSold, new Booking(NewId.At<TransferId>(Now), TransferKind.Purchase, Administrator.Id, Now)));
        }

        await db.SaveChangesAsync();
        return account;
    }

    /// <summary>A customer program with a fixed price, or with the ladder when no price is given.</summary>
    public async Task<CustomerProgram> CustomerProgramAsync(
        CustomerId customer, decimal? fixedPrice = 0.01m, long savedPerExecution = 60, params TimeAccountId[] timeAccounts)
    {
        await using var db = database.Open();
        var program = CatalogueProgram.Create($"Program {++number}", "Test", Now);
        var terms = new CustomerProgramTerms(
            new Seconds(savedPerExecution), CustomerProgramTerms.UsualLargestSaved,
            fixedPrice is null ? PriceMode.Dynamic : PriceMode.Fixed, fixedPrice is { } price ? PricePerSecond.Of(price) : null);
        var customerProgram = CustomerProgram.Create(customer, program.Id, terms, Now);
        customerProgram.DrawFrom(timeAccounts);
        db.Add(program);
        db.Add(customerProgram);
        db.Add(NadooIt.Domain.Executions.CustomerProgramProgress.None(customerProgram.Id, customer));
        db.Add(LedgerAccount.Open(new LedgerAccountId(customerProgram.Id.Value), customer, LedgerAccountKind.Receivable));
        await db.SaveChangesAsync();
        return customerProgram;
    }

    private RoleGift Gift(PersonId by) => new(by, null, "Test", Now);
}
