using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Executions;

/// <summary>
/// Which executions an API key may read: with "see executions" all of its customer, otherwise those recorded with
/// this very key; in both cases only of the customer programs it is limited to.
/// </summary>
internal static class VisibleExecutions
{
    /// <summary>The widest ability that the calling key may read executions with.</summary>
    public static async Task<Ability> ReadsWithAsync(Access access, CancellationToken cancellationToken) =>
        (await access.GrantsAsync(cancellationToken)).Holds(Ability.ViewExecutions) ? Ability.ViewExecutions : Ability.RunPrograms;

    public static IQueryable<Execution> VisibleTo(this IQueryable<Execution> executions, ApiKey key, Ability ability)
    {
        var (id, programs) = (key.Id, key.CustomerPrograms);
        return executions
            .Where(execution => ability == Ability.ViewExecutions || execution.ApiKeyId == id)
            .Where(execution => programs.Length == 0 || programs.Contains(execution.CustomerProgramId));
    }
}
