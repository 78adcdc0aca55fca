using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Audit;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Audit;

/// <summary>Which entries of the audit trail.</summary>
/// <param name="Subject">Kind of record; null for all.</param>
/// <param name="SubjectId">Identifier of one record; null for all.</param>
/// <param name="From">From this business day on.</param>
/// <param name="To">Up to this business day, inclusive.</param>
/// <param name="Search">Part of a person's or a customer's name, of an address, of an identifier, or of a trace.</param>
public sealed record AuditFilter(string? Subject = null, string? SubjectId = null, DateOnly? From = null, DateOnly? To = null, string? Search = null)
{
    /// <summary>Longest text that is searched for, in characters.</summary>
    public const int LongestSearch = 100;
}

/// <summary>One entry, with names.</summary>
public sealed record AuditRow(
    AuditEntryId Id, long Number, DateTimeOffset At, string? Person, ApiKeyId? ApiKey, EmployeeContractId? Contract, string? ContractWith, Ability? Ability, string? Purpose,
    string? FromAddress, string? Customer, string Subject, string SubjectId, string Action, string? Before, string? After, string? TraceId);

/// <summary>The list and the export show the same entries, because both ask here.</summary>
internal static class AuditQueries
{
    /// <summary>The entries within the fence that fit the filter, newest first.</summary>
    public static IQueryable<AuditEntry> Matching(NadooItDb db, AuditFilter filter)
    {
        var entries = db.AuditEntries.AsQueryable();
        if (!string.IsNullOrWhiteSpace(filter.Subject))
        {
            entries = entries.Where(entry => entry.Subject == filter.Subject);
        }

        if (!string.IsNullOrWhiteSpace(filter.SubjectId))
        {
            entries = entries.Where(entry => entry.SubjectId == filter.SubjectId);
        }

        if (filter.From is { } from)
        {
            var first = BusinessTime.StartOf(from);
            entries = entries.Where(entry => entry.At >= first);
        }

        if (filter.To is { } to)
        {
            var end = BusinessTime.StartOf(to.AddDays(1));
            entries = entries.Where(entry => entry.At < end);
        }

        if (filter.Search?.Trim() is { Length: > 0 and <= AuditFilter.LongestSearch } search)
        {
            var pattern = Like.Contains(search);
            entries = entries.Where(entry =>
                EF.Functions.ILike(entry.SubjectId, pattern, Like.Escape) || EF.Functions.ILike(entry.FromAddress!, pattern, Like.Escape) || EF.Functions.ILike(entry.TraceId!, pattern, Like.Escape)
                || db.PersonNames.Any(person => person.Id == entry.PersonId && EF.Functions.ILike(person.DisplayName, pattern, Like.Escape))
                || db.Customers.Any(customer => customer.Id == entry.CustomerId && EF.Functions.ILike(customer.Name, pattern, Like.Escape)));
        }

        return entries.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Number);
    }

    /// <summary>With the names that belong to them.</summary>
    public static IQueryable<AuditRow> Named(NadooItDb db, IQueryable<AuditEntry> entries) => entries.Select(entry => new AuditRow(
        entry.Id, entry.Number, entry.At,
        db.PersonNames.Where(person => person.Id == entry.PersonId).Select(person => person.DisplayName).FirstOrDefault(),
        entry.ApiKeyId, entry.ContractId,
        db.ContractsWith.Where(contract => contract.Id == entry.ContractId).Select(contract => contract.CustomerName).FirstOrDefault(),
        entry.Ability, entry.Purpose, entry.FromAddress,
        db.Customers.Where(customer => customer.Id == entry.CustomerId).Select(customer => customer.Name).FirstOrDefault(),
        entry.Subject, entry.SubjectId, entry.Action, entry.Before, entry.After, entry.TraceId));
}
