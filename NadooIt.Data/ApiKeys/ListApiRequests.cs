using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>The log of an API key: the latest requests, the newest first.</summary>
public sealed class ListApiRequests(Access access)
{
    /// <summary>Which of them.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="OnlyFailed">Whether only those that failed are wanted.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Input(ApiKeyId Key, bool OnlyFailed, PageRequest Page);

    /// <summary>Lists; nothing for a key that is out of reach.</summary>
    public async Task<Page<ApiRequest>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewApiKeys, cancellationToken);
        return await db.ApiRequests.AsNoTracking()
            .Where(request => request.ApiKeyId == input.Key && (!input.OnlyFailed || request.Status >= ApiRequestFacts.FirstFailure))
            .OrderByDescending(request => request.At).ThenByDescending(request => request.Id)
            .ToPageAsync(input.Page, cancellationToken);
    }
}
