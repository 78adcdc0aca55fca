using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Sample;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using Npgsql;

namespace NadooIt.Tests.Support;

/// <summary>Two customers of the sample with rows in many tables, in their test ledgers too, to see who is shown what.</summary>
public sealed class FencedDatabase(PostgresServer server) : EmptyDatabase(server)
{
    public CustomerId Here { get; private set; }

    public CustomerId Elsewhere { get; private set; }

    /// <summary>Works here.</summary>
    public PersonId Person { get; private set; }

    /// <summary>Works elsewhere.</summary>
    public PersonId Stranger { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await As<SampleData>((PersonId?)null).FillAsync(2, 60, (_, _) => { }, CancellationToken.None);
        await using var db = Open();
        var customers = await db.Customers.Where(customer => !customer.IsOperator).OrderBy(customer => customer.Id).Select(customer => customer.Id).ToListAsync();
        (Here, Elsewhere) = (customers[0], customers[1]);
        Person = await db.EmployeeContracts.Where(contract => contract.CustomerId == Here).Select(contract => contract.PersonId).FirstAsync();
        Stranger = await db.EmployeeContracts.Where(contract => contract.CustomerId == Elsewhere).Select(contract => contract.PersonId).FirstAsync();
        db.AddRange(new[] { Person, Stranger }.Select(person => Notice.Tell(person, NoticeKind.KeyAdded, null, ["Key"], Clock.GetUtcNow())));
        await db.SaveChangesAsync();
        foreach (var table in TestSchema.Tables)
        {
            await AskAsync<object>($"WITH copied AS (INSERT INTO {TestSchema.Name}.{table} SELECT * FROM public.{table} RETURNING 1) SELECT count(*) FROM copied");
        }
    }

    /// <summary>What the owner of the schema is shown, whom no fence binds.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The fence of somebody who works at one customer.</summary>
    internal Fence Of(CustomerId customer) => new(
        Ability.SeeCustomer, null, new Caller(customer == Here ? Person : Stranger, null, null, null), new Reach(false, [customer]), false);
}
