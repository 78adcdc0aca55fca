using System.ComponentModel;
using NadooIt.Data.ApiKeys;
using NadooIt.Domain.Hr;

namespace NadooIt.Web.Api;

/// <summary><c>/api/v1/me</c>: whose key this is.</summary>
internal static class MeRoutes
{
    public static void MapMe(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/me", ReadAsync).RequiresKey(Ability.ManageOwnAccount)
            .Describe("readMe", "Says whose key this is", "With what it may do, where, and until when.")
            .Produces<MeAnswer>();

    private static async Task<IResult> ReadAsync(HttpContext http, ReadKeyOwner read)
    {
        var key = await read.RunAsync(http.RequestAborted);
        return Results.Json(
            new MeAnswer(
                key.Id.Value, key.Name, new(key.Owner.Value, key.OwnerName), key.Abilities, [new(key.Customer.Value, key.CustomerName)],
                [.. key.CustomerPrograms.Select(program => program.Value)], key.CreatedAt.UtcDateTime, key.ExpiresAt?.UtcDateTime, key.IsTest),
            ApiJson.Options);
    }
}

[Description("Whose key this is.")]
internal sealed record MeAnswer(
    Guid Id,
    string Name,
    OwnerAnswer Owner,
    [property: Description("What the key may do right now: its own abilities as far as the owner holds them.")] IReadOnlyList<Ability> Abilities,
    IReadOnlyList<CustomerAnswer> Customers,
    [property: Description("The customer programs it is limited to; empty for all of the customer.")] IReadOnlyList<Guid> CustomerPrograms,
    DateTime CreatedAt,
    DateTime? ExpiresAt,
    [property: Description("Whether it is a test key: what it records is in a ledger of its own and never on a statement.")] bool IsTest);

internal sealed record OwnerAnswer(Guid Id, string DisplayName);

internal sealed record CustomerAnswer(Guid Id, string Name);
