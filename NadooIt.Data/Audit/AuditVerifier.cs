using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using Npgsql;

namespace NadooIt.Data.Audit;

/// <summary>The first thing that is wrong with the audit trail.</summary>
/// <param name="Customer">In whose chain.</param>
/// <param name="Position">At which place of it; 0 when the entry has none.</param>
/// <param name="Entry">Which entry; null when it is gone.</param>
/// <param name="Problem">What is wrong with it, one sentence for the operator.</param>
public sealed record AuditFinding(CustomerId Customer, long Position, AuditEntryId? Entry, string Problem)
{
    /// <inheritdoc/>
    public override string ToString() => $"entry {(Entry is { } id ? id.ToString() : "(gone)")} at place {Position} in the chain of customer {Customer}: {Problem}";
}

/// <summary>
/// Computes the chains of the audit trail anew and names the first entry that does not fit. It reads all customers, so
/// it is for the operator's console, not for pages. This file is named as one of the few that speak SQL.
/// </summary>
public sealed class AuditVerifier(NadooItDatabase database)
{
    // Chains in the order of their first entry, so that "first" means the oldest.
    private const string Links =
        $"""
        WITH link AS (
            SELECT link.customer_id, link.position, link.entry_id, entry.id IS NULL AS is_gone,
                row_number() OVER chain AS place,
                link.hash = sha256(coalesce(lag(link.hash) OVER chain, '') || convert_to(coalesce({AuditSchema.Content}, ''), 'UTF8')) AS fits,
                entry.customer_id = link.customer_id AS is_own, entry.number
            FROM audit_link link LEFT JOIN audit_entry entry ON entry.id = link.entry_id
            WINDOW chain AS (PARTITION BY link.customer_id ORDER BY link.position)
        )
        SELECT customer_id, position, entry_id,
            CASE WHEN is_gone THEN 'it was removed' WHEN place <> position THEN 'an entry before it was removed' ELSE 'what it says was altered' END
        FROM link WHERE is_gone OR place <> position OR NOT fits OR NOT is_own ORDER BY number NULLS FIRST, customer_id, position LIMIT 1
        """;

    private const string Unlinked =
        """
        SELECT entry.customer_id, 0::bigint, entry.id, 'it is in no chain'
        FROM audit_entry entry WHERE NOT EXISTS (SELECT 1 FROM audit_link link WHERE link.entry_id = entry.id) ORDER BY entry.number LIMIT 1
        """;

    private const string Ends =
        """
        SELECT coalesce(head.customer_id, last.customer_id), coalesce(head.length, 0), NULL::uuid, 'the end of the chain is not where it was'
        FROM audit_head head
        FULL JOIN (SELECT DISTINCT ON (customer_id) customer_id, position, hash FROM audit_link ORDER BY customer_id, position DESC) last ON last.customer_id = head.customer_id
        WHERE head.length IS DISTINCT FROM last.position OR head.hash IS DISTINCT FROM last.hash ORDER BY 1 LIMIT 1
        """;

    private const string Summary =
        "SELECT coalesce(sum(length), 0)::bigint, count(*), encode(sha256(coalesce(string_agg(hash, '' ORDER BY customer_id), '')), 'hex') FROM audit_head";

    /// <summary>What was read.</summary>
    /// <param name="Entries">How many entries are chained.</param>
    /// <param name="Chains">In how many chains.</param>
    /// <param name="Fingerprint">
    /// Over the ends of all chains. Whoever keeps it elsewhere notices also an operator who writes a whole chain anew.
    /// </param>
    /// <param name="Finding">The first thing that is wrong; null when everything fits.</param>
    public sealed record Report(long Entries, long Chains, string Fingerprint, AuditFinding? Finding);

    /// <summary>Verifies everything that is committed, as one snapshot.</summary>
    public async Task<Report> VerifyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        AuditFinding? finding = null;
        foreach (var question in new[] { Links, Unlinked, Ends })
        {
            finding ??= await FindAsync(connection, question, cancellationToken);
        }

        await using var summary = new NpgsqlCommand(Summary, connection);
        await using var reader = await summary.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), finding);
    }

    private static async Task<AuditFinding?> FindAsync(NpgsqlConnection connection, string question, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(question, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(new(reader.GetGuid(0)), reader.GetInt64(1), await reader.IsDBNullAsync(2, cancellationToken) ? null : new AuditEntryId(reader.GetGuid(2)), reader.GetString(3))
            : null;
    }
}
