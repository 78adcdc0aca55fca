using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Audit;
using NadooIt.Data.Crm;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Audit;

/// <summary>What is in the trail, that it only grows, and that a change to it is found.</summary>
public sealed class AuditTrailTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_entry_names_the_contract_under_which_it_was_done()
    {
        var customer = await database.Landscape.CustomerAsync();
        var person = await database.Landscape.PersonAsync("Grace Hopper");
        var contract = await database.Landscape.EmployAsync(customer.Id, person.Id, Ability.EditCustomer);
        var version = (await database.As<ReadCustomerRecord>(person.Id).RunAsync(customer.Id, None)).Version;
        await database.As<RenameCustomer>(person.Id).RunAsync(new(customer.Id, "Zuse KG", version), None);

        var entry = (await ListAsync(new("Customer", customer.Id.ToString()))).First(row => row.Action == "changed");
        entry.ShouldSatisfyAllConditions(
            () => entry.Person.ShouldBe("Grace Hopper"),
            () => entry.Contract.ShouldBe(contract.Id),
            () => entry.Ability.ShouldBe(Ability.EditCustomer),
            () => entry.FromAddress.ShouldBe("127.0.0.1"),
            () => entry.After!.ShouldContain("Zuse KG"));
    }

    [Fact]
    public async Task It_is_found_by_person_by_customer_and_by_record()
    {
        var customer = await database.Landscape.CustomerAsync("Konrad 100% GmbH");
        var person = await database.Landscape.PersonAsync("Katherine Johnson");
        await database.Landscape.EmployAsync(customer.Id, person.Id, Ability.EditCustomer);
        var version = (await database.As<ReadCustomerRecord>(person.Id).RunAsync(customer.Id, None)).Version;
        await database.As<RenameCustomer>(person.Id).RunAsync(new(customer.Id, "Konrad 100% AG", version), None);

        (await ListAsync(new(Search: "katherine"))).ShouldContain(row => row.SubjectId == customer.Id.ToString());
        (await ListAsync(new(Search: "100% ag"))).ShouldContain(row => row.SubjectId == customer.Id.ToString());
        (await ListAsync(new(Search: customer.Id.ToString()))).ShouldNotBeEmpty();
        (await ListAsync(new(Search: "nobody of this name"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reading_somebody_elses_contract_and_exporting_the_trail_are_entries_too()
    {
        var customer = await database.Landscape.CustomerAsync();
        var reader = await database.Landscape.EmployeeAsync(customer.Id, Ability.ViewEmployees);
        var contract = await database.Landscape.EmployAsync(customer.Id, (await database.Landscape.PersonAsync()).Id);
        await database.As<ReadEmployee>(reader.Id).RunAsync(contract.Id, None);
        await database.As<ReadEmployee>(reader.Id).RunAsync(contract.Id, None);
        (await ListAsync(new("EmployeeContract", contract.Id.ToString()))).Count(row => row.Action == "read").ShouldBe(1, "one visit is one reading");

        var exported = new List<AuditRow>();
        await foreach (var row in await database.As<ExportAuditEntries>(database.Landscape.Administrator.Id).RunAsync(new("EmployeeContract"), None))
        {
            exported.Add(row);
        }

        exported.ShouldNotBeEmpty();
        exported.ShouldAllBe(row => row.Subject == "EmployeeContract");
        (await ListAsync(new(ExportAuditEntries.AuditSubject))).ShouldContain(row => row.Action == "read" && row.After!.Contains("EmployeeContract"));
    }

    [Theory]
    [InlineData("UPDATE audit_entry SET action = 'read'")]
    [InlineData("DELETE FROM audit_entry")]
    [InlineData("TRUNCATE audit_entry CASCADE")]
    [InlineData("UPDATE audit_link SET position = position + 1")]
    [InlineData("DELETE FROM audit_link")]
    public async Task Nobody_changes_or_removes_an_entry_not_even_the_owner(string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => RunAsync(sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

    private async Task<IReadOnlyList<AuditRow>> ListAsync(AuditFilter filter) =>
        (await database.As<ListAuditEntries>(database.Landscape.Administrator.Id).RunAsync(new(filter, new PageRequest()), None)).Rows;

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
