using Microsoft.AspNetCore.Authorization;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Web.Shared;

/// <summary>Which ability a page or endpoint needs. Without it, or <c>[AllowAnonymous]</c>, the build's guards fail.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresAttribute(Ability ability) : AuthorizeAttribute(PolicyOf(ability))
{
    /// <summary>The ability.</summary>
    public Ability Ability { get; } = ability;

    /// <summary>The name of the policy that asks for the ability.</summary>
    public static string PolicyOf(Ability ability) => $"ability:{ability}";
}

/// <summary>Asks the door whether the caller holds an ability anywhere; which data he sees is the door's matter.</summary>
internal sealed record AbilityRequirement(Ability Ability) : IAuthorizationRequirement;

internal sealed class AbilityHandler(Access access) : AuthorizationHandler<AbilityRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, AbilityRequirement requirement)
    {
        // A page in a circuit asks with its route, a request with its HTTP context.
        var holds = context.Resource is Microsoft.AspNetCore.Components.RouteData
            ? await FirstPicture.Begin(() => ReadAsync(requirement.Ability))
            : await ReadAsync(requirement.Ability);
        if (holds)
        {
            context.Succeed(requirement);
        }
    }

    private async Task<bool> ReadAsync(Ability ability) => ability == Ability.ManageOwnAccount
        ? await access.IsSignedInAsync(CancellationToken.None)
        : (await access.GrantsAsync(CancellationToken.None)).Holds(ability);
}

internal static class AbilityPolicies
{
    /// <summary>One policy per ability, and signed-in wherever nothing is said.</summary>
    public static void AddAbilityPolicies(this IServiceCollection services)
    {
        services.AddScoped<IAuthorizationHandler, AbilityHandler>();
        var builder = services.AddAuthorizationBuilder();
        foreach (var ability in Enum.GetValues<Ability>())
        {
            builder.AddPolicy(RequiresAttribute.PolicyOf(ability), policy => policy.RequireAuthenticatedUser().AddRequirements(new AbilityRequirement(ability)));
        }

        builder.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }
}
