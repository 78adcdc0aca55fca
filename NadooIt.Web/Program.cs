using NadooIt.Data.Kernel;
using NadooIt.Web;
using NadooIt.Web.Shared;
using NadooIt.Web.SignIn;
using Radzen;

// The output folder is the content root, so the application starts from any working directory.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});

builder.UseDefaultAddress("http://localhost:8000");
// Without this only Development would find the static files of a build that is not published.
builder.WebHost.UseStaticWebAssets();

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddNadooItData(builder.Configuration.GetConnectionString("NadooIt") ?? throw new InvalidOperationException("No database."));
builder.Services.AddAbilityPolicies();
builder.Services.AddSignIn(builder.Configuration);
builder.Services.AddCascadingAuthenticationState();
builder.Services.AddCultures();
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddRadzenComponents();

var app = builder.Build();

app.UseStatusCodePagesWithReExecute("/status/{0}");
app.UseCultures();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();

app.MapStaticAssets().AllowAnonymous();
app.MapSignIn();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();

await app.Services.GetRequiredService<NadooItDatabase>().MigrateAsync(CancellationToken.None);
await app.RunAsync();
