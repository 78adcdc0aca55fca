using NadooIt.Data.Receipts;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Receipts;

/// <summary>Receipts to take away, and the keys to check them with.</summary>
internal static class ReceiptEndpoints
{
    /// <summary>What a receipt is sent as.</summary>
    public const string MediaType = "application/jose";

    /// <summary>How long a client may keep the published keys.</summary>
    private const string KeepFor = "public, max-age=300";

    public static void MapReceipts(this WebApplication app)
    {
        app.MapGet("/.well-known/jwks.json", PublishAsync).AllowAnonymous();
        app.MapGet("/os/executions/{id:guid}/receipt", DownloadAsync).WithMetadata(new RequiresAttribute(Ability.ViewExecutions)).ExcludeFromDescription();
    }

    private static async Task<IResult> PublishAsync(ReceiptKeyRing keys, HttpResponse response, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = KeepFor;
        return Results.Json(await keys.PublishAsync(cancellationToken));
    }

    private static async Task<IResult> DownloadAsync(Guid id, ReadReceipt receipt, CancellationToken cancellationToken)
    {
        try
        {
            var signed = await receipt.RunAsync(new ExecutionId(id), cancellationToken);
            return Results.Text(signed, MediaType);
        }
        catch (Refused refused) when (refused.Refusal.Kind == RefusalKind.NotFound)
        {
            return Results.NotFound();
        }
    }
}
