using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Executions;

/// <summary>
/// Which executions an API key may read: with "see executions" all of its customer, otherwise those recorded with
/// this very key or with those that it replaced; in both cases only of the customer programs it is limited to.
/// </summary>
internal static class VisibleExecutions
{
    /// <summary>The widest ability that the calling key may read executions with.</summary>
    public static async Task<Ability> ReadsWithAsync(Access access, CancellationToken cancellationToken) =>
        (await access.GrantsAsync(cancellationToken)).Holds(Ability.ViewExecutions) ? Ability.ViewExecutions : Ability.RunPrograms;

    public static IQueryable<Execution> VisibleTo(this NadooItDb db, ApiKey key, Ability ability)
    {
        var (id, line, programs) = (key.Id, key.Line, key.CustomerPrograms);
        return db.Executions
            .Where(execution => ability == Ability.ViewExecutions || execution.ApiKeyId == id
                || db.ApiKeys.Any(before => before.Id == execution.ApiKeyId && (before.Id == line || before.OriginId == line)))
            .Where(execution => programs.Length == 0 || programs.Contains(execution.CustomerProgramId));
    }
}
