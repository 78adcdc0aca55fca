using Microsoft.AspNetCore.Diagnostics;

namespace NadooIt.Web.Hosting;

internal static class StatusCodePages
{
    /// <summary>
    /// Shows a page for a bare status code when a page was asked for. Anything else keeps its bare code: run again, a
    /// refused POST would be refused once more, for its missing form token, and lose the code that says why.
    /// </summary>
    public static void UseStatusCodePagesForPages(this WebApplication app, string path)
    {
        app.UseStatusCodePagesWithReExecute(path, createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            if (!HttpMethods.IsGet(context.Request.Method) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }

            return next(context);
        });
    }
}
