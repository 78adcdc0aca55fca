using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Audit;

/// <summary>The trail of all changes, newest first, one page of it.</summary>
public sealed class ListAuditEntries(Access access)
{
    /// <summary>Which entries.</summary>
    /// <param name="Subject">Kind of record; null for all.</param>
    /// <param name="SubjectId">Identifier of one record; null for all.</param>
    /// <param name="From">From this business day on.</param>
    /// <param name="To">Up to this business day, inclusive.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Input(string? Subject, string? SubjectId, DateOnly? From, DateOnly? To, PageRequest Page);

    /// <summary>One change.</summary>
    public sealed record Row(
        AuditEntryId Id, DateTimeOffset At, string? Person, bool ByApiKey, Ability? Ability, string? Purpose, string? FromAddress, string? Customer,
        string Subject, string SubjectId, string Action, string? Before, string? After, string? TraceId);

    /// <summary>Lists.</summary>
    public async Task<Page<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ReadAudit, cancellationToken);
        var entries = db.AuditEntries.AsQueryable();
        if (!string.IsNullOrWhiteSpace(input.Subject))
        {
            entries = entries.Where(entry => entry.Subject == input.Subject);
        }

        if (!string.IsNullOrWhiteSpace(input.SubjectId))
        {
            entries = entries.Where(entry => entry.SubjectId == input.SubjectId);
        }

        if (input.From is { } from)
        {
            var first = BusinessTime.StartOf(from);
            entries = entries.Where(entry => entry.At >= first);
        }

        if (input.To is { } to)
        {
            var end = BusinessTime.StartOf(to.AddDays(1));
            entries = entries.Where(entry => entry.At < end);
        }

        return await entries.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id)
            .Select(entry => new Row(
                entry.Id, entry.At,
                db.PersonNames.Where(person => person.Id == entry.PersonId).Select(person => person.DisplayName).FirstOrDefault(),
                entry.ApiKeyId != null, entry.Ability, entry.Purpose, entry.FromAddress,
                db.Customers.Where(customer => customer.Id == entry.CustomerId).Select(customer => customer.Name).FirstOrDefault(),
                entry.Subject, entry.SubjectId, entry.Action, entry.Before, entry.After, entry.TraceId))
            .ToPageAsync(input.Page, cancellationToken);
    }
}
