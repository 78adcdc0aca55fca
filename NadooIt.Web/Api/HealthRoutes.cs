using NadooIt.Data.Kernel;

namespace NadooIt.Web.Api;

/// <summary>Whether this process lives, and whether it can work.</summary>
internal static class HealthRoutes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => ApiJson.Answer(new HealthAnswer("live"))).AllowAnonymous()
            .WithTags("Health").WithName("live").WithSummary("Whether the process lives").Produces<HealthAnswer>();
        routes.MapGet("/health/ready", ReadyAsync).AllowAnonymous()
            .WithTags("Health").WithName("ready").WithSummary("Whether the database answers and is migrated")
            .Produces<HealthAnswer>().Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ReadyAsync(HttpContext http, NadooItDatabase database)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        patience.CancelAfter(Patience);
        if (await IsReadyAsync(database, patience.Token))
        {
            return ApiJson.Answer(new HealthAnswer("ready"));
        }

        http.Response.Headers.RetryAfter = "2";
        return ApiJson.Answer(new HealthAnswer("not_ready"), StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<bool> IsReadyAsync(NadooItDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.IsReadyAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

internal sealed record HealthAnswer(string Status);
