using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using NadooIt.Data.Keys;
using NadooIt.Web.Hosting;

namespace NadooIt.Web.SignIn;

/// <summary>The secret of the set-up link: given from outside, or new at each start.</summary>
internal sealed class SetUpToken(IConfiguration configuration)
{
    public const string Setting = Settings.SetUpToken;

    public string Value { get; } = configuration[Setting] is { Length: > 0 } given
        ? given
        : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public bool Is(string? token) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(token ?? "")), SHA256.HashData(Encoding.UTF8.GetBytes(Value)));
}

/// <summary>Prints the set-up link once the server listens, while nobody can hand out security keys.</summary>
internal sealed class SetUpLink(SetUpToken token, IOptions<PasskeySettings> settings, IServiceScopeFactory scopes) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<BeginSetUp>().RunAsync(token.Value, "", cancellationToken) is not null)
        {
            Console.WriteLine($"Set up NADOO-IT: {settings.Value.Origins[0]}/setup?token={Uri.EscapeDataString(token.Value)}");
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
