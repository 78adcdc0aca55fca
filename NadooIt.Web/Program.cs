using NadooIt.Data.Embedded;
using NadooIt.Data.Kernel;
using NadooIt.Web;
using NadooIt.Web.Api;
using NadooIt.Web.Audit;
using NadooIt.Web.Executions;
using NadooIt.Web.Home;
using NadooIt.Web.Hosting;
using NadooIt.Web.Receipts;
using NadooIt.Web.Shared;
using NadooIt.Web.SignIn;
using NadooIt.Web.Statements;
using NadooIt.Web.Webhooks;
using Serilog;

// The output folder is the content root, so the application starts from any working directory.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});
builder.Configuration.AddKeyPerFile("/run/secrets", optional: true);
builder.UseUsualHostNames();
builder.UseDefaultAddress("http://localhost:8000");
builder.UseRequestLimits();
// Without this only Development would find the static files of a build that is not published.
builder.WebHost.UseStaticWebAssets();

if (Commands.FindAlone(args) is { } alone)
{
    return await alone(builder.Configuration);
}

using var logs = Logs.Create(builder.Configuration);
builder.Logging.ClearProviders().AddSerilog(logs);
using var loggers = LoggerFactory.Create(logging => logging.AddSerilog(logs));

await using var database = await HostedDatabase.StartAsync(builder.Configuration, loggers, CancellationToken.None);
if (database is null)
{
    return 1;
}

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddWebhooks(builder.Configuration);
builder.Services.AddNadooItData(await database.PrepareAsync(loggers, CancellationToken.None));
builder.Services.AddAbilityPolicies();
builder.Services.AddSignIn(builder.Configuration);
builder.Services.AddCascadingAuthenticationState();
builder.Services.AddApi(builder.Configuration);
builder.Services.AddCultures();
builder.Services.AddProxies(builder.Configuration);
builder.Services.AddExceptionHandler<FailurePages>();
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddScoped<ChosenCustomer>();
builder.Services.AddSingleton<MetricsCollector>();
builder.Services.AddSingleton<MetricsServer>();
builder.Services.AddHostedService(provider => provider.GetRequiredService<MetricsServer>());
builder.Services.AddHostedService<FreedMemory>();

var app = builder.Build();

if (Commands.Find(args) is { } command)
{
    return await command(app.Services, args);
}

if (KeyRingSecret.Of(app.Configuration) is null)
{
    app.Logger.LogWarning("{Setting} is not set: the keys that protect cookies and forms are stored in the database as they are", Settings.KeySecret);
}

app.UseWatchedSockets();
app.UseSecurityHeaders();
app.UseForwardedHeaders();
app.UseApi();
app.UseCultures();
app.UseExceptionHandler(_ => { });
app.UseStatusCodePagesForPages("/status/{0}");
app.UseCircuitOrigin();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.UseReadableAddresses();

app.MapStaticAssets().AllowAnonymous();
app.MapSignIn();
app.MapHome();
app.MapExecutionExport();
app.MapAuditExport();
app.MapStatements();
app.MapReceipts();
app.MapApi();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();

await app.RunAsync();
return 0;
