using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Hr;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using Npgsql;
using NpgsqlTypes;

namespace NadooIt.Data.Kernel;

/// <summary>
/// What counts for a caller right now. It is read on the connection on which the work then goes on, before that is told what is
/// inside, through the one function of the database that shows a caller his own contracts. This file is named as one of the few
/// that speak SQL.
/// </summary>
/// <param name="Grants">What the running contracts grant, narrowed to the key if a key calls.</param>
/// <param name="Own">
/// The customers of all own contracts, ended ones included, for the own profile; for a key the customer at which it works.
/// </param>
internal sealed record Standing(Grants Grants, Reach Own)
{
    /// <summary>What the function is called with.</summary>
    public const string Signature = "nadooit_standing(uuid, uuid, uuid, timestamptz, text, text)";

    /// <summary>
    /// Makes the function. First it replaces what the connection was told for the one before. Then it reads with its owner's rights,
    /// past the fence: one person's contracts and roles and one key of that person, and of them only what grants; no row, and nothing
    /// inside, where person or session do not count. In plpgsql, whose plans are kept. Other columns need another name, since nodes of two
    /// versions may ask at once.
    /// </summary>
    public const string Script =
        $"""
        CREATE OR REPLACE FUNCTION nadooit_standing(caller uuid, used_session uuid, used_key uuid, moment timestamptz, inside text, whose text) RETURNS TABLE (
            contract_id uuid, customer_id uuid, at_operator boolean, starts_on date, ends_on date, deactivated_at timestamptz,
            role_contract_id uuid, role integer, role_starts_on date, role_ends_on date, role_ended_at timestamptz, abilities integer[],
            key_customer_id uuid, key_abilities integer[], key_is_test boolean, key_expires_at timestamptz, key_revoked_at timestamptz)
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
            $body$
            #variable_conflict use_column
            BEGIN
                PERFORM set_config('{DatabaseFence.Customers}', inside, false), set_config('{DatabaseFence.Person}', whose, false);
                RETURN QUERY SELECT
                    contract.id, contract.customer_id, customer.is_operator, contract.starts_on, contract.ends_on, contract.deactivated_at,
                    held.id, held.role, held.starts_on, held.ends_on, held.ended_at,
                    ARRAY(SELECT given.ability FROM role_ability given WHERE given.role_contract_id = held.id),
                    key.customer_id, key.abilities, key.is_test, key.expires_at, key.revoked_at
                FROM person
                LEFT JOIN api_key key ON key.id = used_key AND key.owner_id = person.id
                LEFT JOIN employee_contract contract ON contract.person_id = person.id
                LEFT JOIN customer ON customer.id = contract.customer_id
                LEFT JOIN role_contract held ON held.employee_contract_id = contract.id
                WHERE person.id = caller AND person.deactivated_at IS NULL AND (used_session IS NULL OR EXISTS (
                    SELECT 1 FROM session WHERE session.id = used_session AND session.person_id = person.id AND session.ended_at IS NULL AND session.expires_at > moment))
                ORDER BY contract.id, held.id;
                IF NOT FOUND THEN
                    PERFORM set_config('{DatabaseFence.Customers}', ARRAY[]::uuid[]::text, false), set_config('{DatabaseFence.Person}', '{DatabaseFence.Nobody}', false);
                END IF;
            END
            $body$;
        REVOKE ALL ON FUNCTION {Signature} FROM PUBLIC;

        """;

    /// <summary>What is granted to a caller by what was read of him; null where his key does not count any more.</summary>
    public static Standing? Of(Caller caller, IReadOnlyCollection<StandingRow> rows, StandingKey? key, DateTimeOffset now)
    {
        var grants = HeldContracts.GrantsOf(rows, BusinessTime.DayOf(now));
        if (caller.ApiKey is null)
        {
            return new(grants, new Reach(false, [.. rows.Select(row => row.Customer).Distinct()]));
        }

        return key is not null && key.IsTest == caller.IsTest && ApiKey.IsValidAt(now, key.ExpiresAt, key.RevokedAt)
            ? new Standing(grants.NarrowedTo(key.Abilities, key.Customer), new Reach(false, [key.Customer]))
            : null;
    }
}

/// <summary>The key that calls.</summary>
internal sealed record StandingKey(CustomerId Customer, IReadOnlyCollection<Ability> Abilities, bool IsTest, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>A contract of the caller with one of the roles that hang on it; a contract without roles has one row.</summary>
internal sealed record StandingRow(
    EmployeeContractId Contract, CustomerId Customer, bool AtOperator, DateOnly StartsOn, DateOnly? EndsOn, DateTimeOffset? DeactivatedAt, StandingRole? Role);

/// <summary>A role of the caller, ended ones included.</summary>
internal sealed record StandingRole(RoleContractId Id, Role Role, DateOnly StartsOn, DateOnly? EndsOn, DateTimeOffset? EndedAt, IReadOnlyList<Ability> Abilities);

internal sealed partial class NadooItDb
{
    /// <summary>The door's question, which closes the connection; null where person, session or key do not count any more.</summary>
    public Task<Standing?> ReadStandingAsync(Caller caller, DateTimeOffset now, CancellationToken cancellationToken) =>
        ReadStandingAsync(caller, now, ToldFence.Nothing, cancellationToken);

    /// <summary>The door's question, the first on its connection, with a guess at what will be inside.</summary>
    public async Task<Standing?> ReadStandingAsync(Caller caller, DateTimeOffset now, ToldFence guess, CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        (IsFenceTold, told) = (false, guess);
        await using var ask = new NpgsqlCommand("SELECT * FROM nadooit_standing($1, $2, $3, $4, $5, $6)", Connection)
        {
            Parameters =
            {
                new() { Value = caller.Person.Value },
                new() { Value = caller.Session?.Value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = caller.ApiKey?.Value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = now },
                new() { Value = guess.Customers },
                new() { Value = guess.Person },
            },
        };
        await using var reader = await ask.ExecuteReaderAsync(cancellationToken);
        var (isCounted, key, rows) = (false, (StandingKey?)null, new List<StandingRow>());
        while (await reader.ReadAsync(cancellationToken))
        {
            isCounted = true;
            key = KeyIn(reader);
            if (!reader.IsDBNull(0))
            {
                rows.Add(RowIn(reader));
            }
        }

        return isCounted ? Standing.Of(caller, rows, key, now) : null;
    }

    private static StandingRow RowIn(NpgsqlDataReader reader) => new(
        new(reader.GetGuid(0)), new(reader.GetGuid(1)), reader.GetBoolean(2), reader.GetFieldValue<DateOnly>(3), Maybe<DateOnly>(reader, 4), Maybe<DateTimeOffset>(reader, 5),
        reader.IsDBNull(6)
            ? null
            : new(
                new(reader.GetGuid(6)), (Role)reader.GetInt32(7), reader.GetFieldValue<DateOnly>(8), Maybe<DateOnly>(reader, 9), Maybe<DateTimeOffset>(reader, 10),
                AbilitiesIn(reader, 11)));

    private static StandingKey? KeyIn(NpgsqlDataReader reader) => reader.IsDBNull(12)
        ? null
        : new(new(reader.GetGuid(12)), AbilitiesIn(reader, 13), reader.GetBoolean(14), Maybe<DateTimeOffset>(reader, 15), Maybe<DateTimeOffset>(reader, 16));

    private static List<Ability> AbilitiesIn(NpgsqlDataReader reader, int column) => [.. reader.GetFieldValue<int[]>(column).Select(ability => (Ability)ability)];

    private static T? Maybe<T>(NpgsqlDataReader reader, int column)
        where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
}
