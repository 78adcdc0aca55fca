using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.Extensions.Primitives;

namespace NadooIt.Web.Hosting;

/// <summary>
/// Somebody may write anything into an address. A part of it that a page cannot read, such as a page number that is none, is
/// left out and the page is shown without it; the framework would show a failure instead.
/// </summary>
internal static class ReadableAddresses
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, Type>> Known = new();

    public static void UseReadableAddresses(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.Query.Count > 0
            && context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is { } page)
        {
            var typed = Known.GetOrAdd(page.Type, TypedOf);
            var readable = context.Request.Query.Where(part => !typed.TryGetValue(part.Key, out var type) || IsReadable(part.Value, type)).ToList();
            if (readable.Count < context.Request.Query.Count)
            {
                context.Response.Redirect(context.Request.PathBase + context.Request.Path + QueryString.Create(readable));
                return Task.CompletedTask;
            }
        }

        return next(context);
    });

    private static Dictionary<string, Type> TypedOf(Type page) =>
        (from property in page.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
         let part = property.GetCustomAttribute<SupplyParameterFromQueryAttribute>()
         where part is not null && property.PropertyType != typeof(string)
         select (Name: part.Name ?? property.Name, Type: Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType))
        .ToDictionary(part => part.Name, part => part.Type, StringComparer.OrdinalIgnoreCase);

    private static bool IsReadable(StringValues values, Type type) => values.Count == 1 && type switch
    {
        _ when type == typeof(int) => int.TryParse(values[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        _ when type == typeof(long) => long.TryParse(values[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        _ when type == typeof(bool) => bool.TryParse(values[0], out _),
        _ when type == typeof(Guid) => Guid.TryParse(values[0], out _),
        _ when type == typeof(DateOnly) => DateOnly.TryParse(values[0], CultureInfo.InvariantCulture, out _),
        _ when type == typeof(DateTime) => DateTime.TryParse(values[0], CultureInfo.InvariantCulture, out _),
        _ => true,
    };
}
