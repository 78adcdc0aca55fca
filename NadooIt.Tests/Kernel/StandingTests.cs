#pragma warning disable RS0030, EF1002 // Statements past the filters are what this is about, and only ids of the test are put into them.
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Kernel;

/// <summary>What the door reads of a caller on the connection on which the work goes on, and what that connection shows before and after.</summary>
public sealed class StandingTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly NadooItDatabase node = new(database.LimitedConnectionString, database.Clock);

    private Landscape Landscape => database.Landscape;

    private DateTimeOffset Now => database.Clock.GetUtcNow();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Before_anything_is_told_a_connection_shows_the_callers_own_standing_and_nothing_else()
    {
        var (here, person) = await EmployeeAsync();
        await EmployeeAsync();
        await using var closed = node.Create(Fence.Closed);

        var standing = await closed.ReadStandingAsync(Of(person), Now, None);

        standing.ShouldNotBeNull().Own.Customers.ShouldBe([here]);
        standing.Grants.Of(Ability.ViewExecutions).Customers.ShouldBe([here]);
        foreach (var table in new[] { "person", "session", "api_key", "employee_contract", "role_contract", "role_ability", "customer" })
        {
            (await closed.Database.SqlQueryRaw<int>($"SELECT count(*)::int AS \"Value\" FROM {table}").SingleAsync()).ShouldBe(0, table);
        }
    }

    [Fact]
    public async Task The_work_goes_on_where_the_door_read_and_shows_what_is_inside()
    {
        var (here, person) = await EmployeeAsync();
        var (elsewhere, _) = await EmployeeAsync();

        await using var db = await DoorOf(person).OpenAsync(Ability.ViewExecutions, None);

        var process = Connection(db).ProcessID;
        process.ShouldNotBe(0, "the door has opened it");
        (await db.Database.SqlQueryRaw<Guid>("SELECT customer_id AS \"Value\" FROM employee_contract").ToListAsync()).ShouldBe([here.Value]);
        (await db.Customers.CountAsync(customer => customer.Id == elsewhere)).ShouldBe(0);
        (await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").SingleAsync()).ShouldBe(process);
    }

    [Fact]
    public async Task From_one_caller_to_the_next_a_connection_shows_each_his_own()
    {
        var (here, person) = await EmployeeAsync();
        var (elsewhere, other) = await EmployeeAsync();
        var connections = new HashSet<int>();
        foreach (var (caller, customer) in new[] { (person, here), (other, elsewhere), (person, here) })
        {
            await using var db = await DoorOf(caller).OpenAsync(Ability.ViewExecutions, None);
            connections.Add(Connection(db).ProcessID);
            (await db.Database.SqlQueryRaw<Guid>("SELECT customer_id AS \"Value\" FROM employee_contract").ToListAsync()).ShouldBe([customer.Value]);
        }

        connections.Count.ShouldBe(1, "otherwise nothing was handed on");
    }

    /// <summary>The pool does not make a connection forget; the door's question does, before it reads.</summary>
    [Fact]
    public async Task The_doors_question_closes_what_was_open_for_the_one_before()
    {
        var (_, person) = await EmployeeAsync();
        int process;
        await using (var before = node.Create(Fence.Closed with { Ability = Ability.ViewExecutions, Reach = new Reach(true, []), AllPeople = true }))
        {
            (await before.EmployeeContracts.CountAsync()).ShouldBeGreaterThan(1);
            process = Connection(before).ProcessID;
        }

        await using var closed = node.Create(Fence.Closed);
        (await closed.ReadStandingAsync(Of(person), Now, None)).ShouldNotBeNull();

        Connection(closed).ProcessID.ShouldBe(process, "otherwise nothing was handed on");
        (await AskAsync(Connection(closed), $"SELECT current_setting('{DatabaseFence.Customers}') || current_setting('{DatabaseFence.Person}')"))
            .ShouldBe(DatabaseFence.NoCustomers + DatabaseFence.Nobody);
        (await AskAsync(Connection(closed), "SELECT (SELECT count(*) FROM employee_contract) || ' ' || (SELECT count(*) FROM person)")).ShouldBe("0 0");
    }

    [Fact]
    public async Task It_closes_also_for_somebody_who_does_not_count()
    {
        await using (var before = node.Create(Fence.Closed with { Ability = Ability.ViewExecutions, Reach = new Reach(true, []), AllPeople = true }))
        {
            (await before.EmployeeContracts.CountAsync()).ShouldBeGreaterThan(0);
        }

        await using var closed = node.Create(Fence.Closed);
        (await closed.ReadStandingAsync(Of(NewId.At<PersonId>(Now)), Now, new ToldFence(DatabaseFence.All, DatabaseFence.All), None)).ShouldBeNull();

        (await AskAsync(Connection(closed), "SELECT count(*)::text FROM employee_contract")).ShouldBe("0");
    }

    /// <summary>The door's question says what was inside last time; the door decides anew, and what is so no more is not shown.</summary>
    [Fact]
    public async Task What_was_inside_last_time_is_only_a_guess()
    {
        var (here, person) = await EmployeeAsync();
        var elsewhere = (await Landscape.CustomerAsync()).Id;
        foreach (var isGuessed in new[] { false, true })
        {
            await using var db = await DoorOf(person).OpenAsync(Ability.ViewExecutions, None);
            db.IsFenceTold.ShouldBe(isGuessed);
            (await db.Database.SqlQueryRaw<Guid>("SELECT customer_id AS \"Value\" FROM employee_contract").ToListAsync()).ShouldBe([here.Value]);
        }

        await Landscape.EmployAsync(elsewhere, person, Ability.ViewExecutions);
        await RunAsync("UPDATE employee_contract SET deactivated_at = now() WHERE person_id = '{0}' AND customer_id = '" + here + "'", person);

        await using (var db = await DoorOf(person).OpenAsync(Ability.ViewExecutions, None))
        {
            db.IsFenceTold.ShouldBeFalse();
            Should.Throw<InvalidOperationException>(() => db.RawConnection);
            (await db.Database.SqlQueryRaw<Guid>("SELECT customer_id AS \"Value\" FROM employee_contract").ToListAsync()).ShouldBe([elsewhere.Value]);
        }

        await RunAsync("UPDATE employee_contract SET deactivated_at = now() WHERE person_id = '{0}'", person);
        await Should.ThrowAsync<AccessDenied>(() => DoorOf(person).OpenAsync(Ability.ViewExecutions, None));
        await using var next = node.Create(Fence.Closed);
        (await next.Database.SqlQueryRaw<int>("SELECT count(*)::int AS \"Value\" FROM employee_contract").SingleAsync()).ShouldBe(0);
    }

    /// <summary>Whoever speaks SQL gets a connection of people only after it was told; that of the system needs to be told nothing.</summary>
    [Fact]
    public async Task No_connection_of_people_is_handed_out_before_it_was_told()
    {
        var (here, person) = await EmployeeAsync();
        await using var db = await DoorOf(person).OpenAsync(Ability.ViewExecutions, None);
        Should.Throw<InvalidOperationException>(() => db.RawConnection);
        await using var fresh = node.Create(db.Fence);
        Should.Throw<InvalidOperationException>(() => fresh.RawConnection);
        await using var test = node.CreateForTest(db.Fence);
        Should.Throw<InvalidOperationException>(() => test.RawConnection);

        await db.Customers.CountAsync();
        await test.Customers.CountAsync();

        foreach (var told in new[] { db, test })
        {
            (await AskAsync(told.RawConnection, "SELECT string_agg(customer_id::text, ' ') FROM employee_contract")).ShouldBe(here.Value.ToString());
        }

        await using var system = database.Open();
        system.RawConnection.ShouldNotBeNull();
    }

    /// <summary>No way to a connection of people is left that passes what tells it: neither its pool, nor a kind of statement.</summary>
    [Fact]
    public void Connections_of_people_are_reached_only_through_contexts_that_tell()
    {
        const BindingFlags declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        Type[] ways = [typeof(NpgsqlDataSource), typeof(NpgsqlConnection), typeof(DbContextOptions<NadooItDb>)];
        typeof(NadooItDatabase).GetFields(declared).Where(field => !field.IsPrivate && ways.Contains(field.FieldType)).ShouldBeEmpty();
        typeof(NadooItDatabase).GetMethods(declared).Where(method => !method.IsPrivate && ways.Contains(method.ReturnType)).Select(method => method.Name).ShouldBe(["get_Source"]);

        using var db = node.Create(Fence.Closed);
        db.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()!.Interceptors!.Select(interceptor => interceptor.GetType())
            .ShouldBe([typeof(FenceConnection), typeof(FenceCommands)], ignoreOrder: true);
        var statements = typeof(DbCommandInterceptor).GetMethods().Where(method => method.Name.Contains("Executing", StringComparison.Ordinal)).ToList();
        statements.Count.ShouldBe(6);
        statements.Where(method => typeof(FenceCommands).GetMethod(method.Name, [.. method.GetParameters().Select(parameter => parameter.ParameterType)])!.DeclaringType != typeof(FenceCommands))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_what_is_closed_is_opened_and_only_once()
    {
        var (_, person) = await EmployeeAsync();
        await using var db = await DoorOf(person).OpenAsync(Ability.ViewExecutions, None);
        Should.Throw<InvalidOperationException>(() => db.Open(db.Fence));
        await using var told = node.Create(Fence.Closed);
        (await told.Customers.CountAsync()).ShouldBe(0);
        Should.Throw<InvalidOperationException>(() => told.Open(db.Fence));
    }

    [Fact]
    public async Task Where_the_door_refuses_the_connection_goes_back()
    {
        var (_, person) = await EmployeeAsync();
        await using var few = new NadooItDatabase(new NpgsqlConnectionStringBuilder(database.LimitedConnectionString) { MaxPoolSize = 2, Timeout = 5 }.ConnectionString, database.Clock);
        for (var time = 0; time < 5; time++)
        {
            await Should.ThrowAsync<AccessDenied>(() => DoorOf(person, few).OpenAsync(Ability.EditCustomer, None));
            await Should.ThrowAsync<AccessDenied>(() => DoorOf(person, few).OpenBeyondAsync(Ability.EditCustomer, "test", None));
            await Should.ThrowAsync<NotSignedIn>(() => DoorOf(NewId.At<PersonId>(Now), few).OpenAsync(Ability.ViewExecutions, None));
        }

        await using var db = await DoorOf(person, few).OpenAsync(Ability.ViewExecutions, None);
        (await db.EmployeeContracts.CountAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("UPDATE person SET deactivated_at = now() WHERE id = '{0}'")]
    [InlineData("UPDATE session SET ended_at = now() WHERE person_id = '{0}'")]
    [InlineData("UPDATE session SET expires_at = started_at WHERE person_id = '{0}'")]
    [InlineData("DELETE FROM session WHERE person_id = '{0}'")]
    public async Task Whoever_does_not_count_any_more_is_not_signed_in_at_the_next_door(string end)
    {
        var (_, person) = await EmployeeAsync();
        var access = new Access(node, new CurrentUser { Caller = Of(person) with { Session = await SessionAsync(person) } }, database.Clock, NullLogger<Access>.Instance);
        (await access.IsSignedInAsync(None)).ShouldBeTrue();
        await (await access.OpenAsync(Ability.ViewExecutions, None)).DisposeAsync();

        await RunAsync(end, person);

        (await access.IsSignedInAsync(None)).ShouldBeFalse();
        await Should.ThrowAsync<NotSignedIn>(() => access.OpenAsync(Ability.ViewExecutions, None));
    }

    [Fact]
    public async Task Nobody_calls_in_the_session_of_another()
    {
        var ((_, person), (_, other)) = (await EmployeeAsync(), await EmployeeAsync());
        var session = await SessionAsync(other);
        (await ReadAsync(Of(other) with { Session = session })).ShouldNotBeNull();
        (await ReadAsync(Of(person) with { Session = session })).ShouldBeNull();
    }

    [Theory]
    [InlineData("UPDATE employee_contract SET deactivated_at = now() WHERE person_id = '{0}'")]
    [InlineData("UPDATE employee_contract SET ends_on = starts_on - 1 WHERE person_id = '{0}'")]
    [InlineData("UPDATE employee_contract SET starts_on = starts_on + 1 WHERE person_id = '{0}'")]
    [InlineData("UPDATE role_contract SET ended_at = now() WHERE employee_contract_id IN (SELECT id FROM employee_contract WHERE person_id = '{0}')")]
    [InlineData("UPDATE role_contract SET ends_on = starts_on - 1 WHERE employee_contract_id IN (SELECT id FROM employee_contract WHERE person_id = '{0}')")]
    public async Task What_has_ended_grants_nothing_at_the_next_door(string end)
    {
        var (here, person) = await EmployeeAsync();
        await (await DoorOf(person).OpenAsync(Ability.ViewExecutions, None)).DisposeAsync();

        await RunAsync(end, person);

        (await DoorOf(person).IsSignedInAsync(None)).ShouldBeTrue();
        await Should.ThrowAsync<AccessDenied>(() => DoorOf(person).OpenAsync(Ability.ViewExecutions, None));
        (await ReadAsync(Of(person))).ShouldNotBeNull().Own.Customers.ShouldBe([here], "the own profile shows ended contracts");
    }

    [Theory]
    [InlineData("UPDATE api_key SET revoked_at = now() WHERE owner_id = '{0}'")]
    [InlineData("UPDATE api_key SET expires_at = created_at WHERE owner_id = '{0}'")]
    [InlineData("UPDATE api_key SET is_test = true WHERE owner_id = '{0}'")]
    [InlineData("UPDATE api_key SET owner_id = created_by WHERE owner_id = '{0}'")]
    public async Task A_key_that_does_not_count_any_more_opens_nothing(string end)
    {
        var (here, person) = await EmployeeAsync();
        var key = ApiKey.Create(
            here, person, new("Key", [Ability.ViewExecutions], [], null), ApiKeySecret.Create(), Landscape.Administrator.Id, Now);
        await using (var db = database.Open())
        {
            db.Add(key);
            await db.SaveChangesAsync();
        }

        var standing = (await ReadAsync(Of(person) with { ApiKey = key.Id })).ShouldNotBeNull();
        (standing.Grants.Holds(Ability.ViewExecutions), standing.Grants.Holds(Ability.RunPrograms)).ShouldBe((true, false));
        standing.Own.Customers.ShouldBe([here]);

        await RunAsync(end, person);

        (await ReadAsync(Of(person) with { ApiKey = key.Id })).ShouldBeNull();
        (await ReadAsync(Of(person))).ShouldNotBeNull("the person still counts");
    }

    /// <summary>Explanations ask the stored contracts, the door asks the function: they must not differ.</summary>
    [Fact]
    public async Task It_grants_what_the_stored_contracts_grant()
    {
        var (_, person) = await EmployeeAsync();
        await Landscape.EmployAsync(Landscape.Operator.Id, person, Ability.ViewKeys, Ability.CreateKeys, Ability.SellTime);
        await Landscape.EndAsync(await Landscape.EmployAsync((await Landscape.CustomerAsync()).Id, person, Ability.EditCustomer));
        await Landscape.EmployAsync((await Landscape.CustomerAsync()).Id, person);
        foreach (var caller in new[] { person, Landscape.Administrator.Id })
        {
            await using var db = database.Open();
            var contracts = await db.EmployeeContracts.Where(contract => contract.PersonId == caller)
                .Include(contract => contract.Roles).ThenInclude(role => role.Abilities).OrderBy(contract => contract.Id).ToListAsync();

            var standing = (await ReadAsync(Of(caller))).ShouldNotBeNull();

            standing.Grants.All.ShouldBe(HeldContracts.GrantsOf(contracts, [Landscape.Operator.Id], Landscape.Today).All, ignoreOrder: true);
            standing.Own.Customers.ShouldBe(contracts.Select(contract => contract.CustomerId).Distinct(), ignoreOrder: true);
        }
    }

    /// <summary>Whoever finds a way to run SQL under the account of the application can put tables of the same names before the real ones.</summary>
    [Fact]
    public async Task Tables_that_are_put_before_the_real_ones_change_nothing()
    {
        var (_, person) = await EmployeeAsync();
        await using var connection = new NpgsqlConnection(database.LimitedConnectionString);
        await connection.OpenAsync();
        var question = $"SELECT count(*) || ' ' || coalesce(sum(cardinality(abilities)), 0) FROM nadooit_standing('{person}', NULL, NULL, now(), '{{}}', '{DatabaseFence.Nobody}')";
        var before = await AskAsync(connection, question);
        before.ShouldBe("1 1");

        await AskAsync(
            connection,
            $"""
            CREATE TEMP TABLE role_ability (role_contract_id uuid, ability int);
            CREATE TEMP TABLE employee_contract (id uuid, customer_id uuid, person_id uuid, starts_on date, ends_on date, deactivated_at timestamptz);
            INSERT INTO pg_temp.employee_contract SELECT gen_random_uuid(), gen_random_uuid(), '{person}', '2000-01-01' FROM generate_series(1, 3);
            SET search_path = pg_temp, public;
            """);
        (await AskAsync(connection, "SELECT count(*)::text FROM employee_contract")).ShouldBe("3");

        (await AskAsync(connection, question)).ShouldBe(before);
    }

    [Fact]
    public async Task Only_the_account_of_the_application_may_ask_and_every_function_of_its_kind_looks_in_fixed_places()
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        (await AskAsync($"has_function_privilege('nadooit_app', '{Standing.Signature}', 'EXECUTE')")).ShouldBe(true);
        (await AskAsync($"EXISTS (SELECT 1 FROM pg_proc, aclexplode(proacl) WHERE oid = '{Standing.Signature}'::regprocedure AND grantee = 0)")).ShouldBe(false);
        (await AskAsync("EXISTS (SELECT 1 FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace)")).ShouldBe(true);
        (await AskAsync("EXISTS (SELECT 1 FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace AND NOT coalesce(proconfig::text LIKE '%search_path=%', false))")).ShouldBe(false);

        async Task<bool> AskAsync(string question)
        {
            await using var command = new NpgsqlCommand($"SELECT {question}", connection);
            return (bool)(await command.ExecuteScalarAsync())!;
        }
    }

    /// <summary>As it came from the pool, past everything that tells it what is inside.</summary>
    private static NpgsqlConnection Connection(NadooItDb db) => (NpgsqlConnection)db.Database.GetDbConnection();

    private static Caller Of(PersonId person) => new(person, null, null, null);

    private Access DoorOf(PersonId person, NadooItDatabase? at = null) =>
        new(at ?? node, new CurrentUser { Caller = Of(person) }, database.Clock, NullLogger<Access>.Instance);

    private async Task<Standing?> ReadAsync(Caller caller)
    {
        await using var closed = node.Create(Fence.Closed);
        return await closed.ReadStandingAsync(caller, Now, None);
    }

    /// <summary>Somebody who may view executions at a customer of her own, and reverse them.</summary>
    private async Task<(CustomerId Customer, PersonId Person)> EmployeeAsync()
    {
        var customer = (await Landscape.CustomerAsync()).Id;
        return (customer, (await Landscape.EmployeeAsync(customer, Ability.ViewExecutions, Ability.ReverseExecutions)).Id);
    }

    private static async Task<string?> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }

    private async Task<SessionId> SessionAsync(PersonId person)
    {
        await using var db = database.Open();
        var session = Session.Begin(person, "127.0.0.1", "Test", Now);
        db.Add(session);
        await db.SaveChangesAsync();
        return session.Id;
    }

    private async Task RunAsync(string sql, PersonId person)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, person), connection);
        (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);
    }
}
