using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Kernel;

/// <summary>How values become columns: one place for every type, and names in the database's own style.</summary>
internal static partial class Columns
{
    /// <summary>PostgreSQL's row version, by which a concurrent edit is noticed.</summary>
    public const string Version = "xmin";

    public static void Convert(ModelConfigurationBuilder builder)
    {
        foreach (var id in typeof(PersonId).Assembly.GetTypes().Where(IsTypedId))
        {
            builder.Properties(id).HaveConversion(typeof(TypedIdConverter<>).MakeGenericType(id));
        }

        builder.Properties<Seconds>().HaveConversion<SecondsConverter>();
        builder.Properties<Money>().HaveConversion<MoneyConverter>().HavePrecision(18, 6);
        builder.Properties<PricePerSecond>().HaveConversion<PriceConverter>().HavePrecision(14, 6);
        builder.Properties<UserCode>().HaveConversion<UserCodeConverter>().HaveMaxLength(16);
    }

    public static void Name(ModelBuilder model)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            entity.SetTableName(entity.GetSqlQuery() is null ? Snake(entity.ClrType.Name) : null);
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Snake(property.Name));
            }

            if (entity.GetSqlQuery() is not null)
            {
                continue;
            }

            foreach (var key in entity.GetKeys())
            {
                key.SetName(Snake(key.GetName() ?? ""));
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(Snake(index.GetDatabaseName() ?? ""));
            }

            foreach (var foreignKey in entity.GetForeignKeys())
            {
                foreignKey.SetConstraintName(Snake(foreignKey.GetConstraintName() ?? ""));
                foreignKey.DeleteBehavior = DeleteBehavior.Restrict;
            }
        }
    }

    /// <summary>Things that people edit carry a version.</summary>
    public static void HasVersion<T>(this EntityTypeBuilder<T> entity)
        where T : class => entity.Property<uint>(Version).IsRowVersion();

    private static string Snake(string name) => WordStart().Replace(name, "_$0").Replace("__", "_", StringComparison.Ordinal).ToLowerInvariant().TrimStart('_');

    private static bool IsTypedId(Type type) =>
        type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(ITypedId<>));

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]|(?<=[A-Z])[A-Z](?=[a-z])")]
    private static partial Regex WordStart();
}

internal sealed class TypedIdConverter<TId>() : ValueConverter<TId, Guid>(id => id.Value, value => Wrap(value))
    where TId : struct, ITypedId<TId>
{
    // A method of its own, because an expression cannot name a static interface member.
    private static TId Wrap(Guid value) => TId.From(value);
}

internal sealed class SecondsConverter() : ValueConverter<Seconds, long>(seconds => seconds.Value, value => new Seconds(value));

internal sealed class MoneyConverter() : ValueConverter<Money, decimal>(money => money.Amount, value => Money.Euro(value));

internal sealed class PriceConverter() : ValueConverter<PricePerSecond, decimal>(price => price.Amount, value => PricePerSecond.Of(value));

internal sealed class UserCodeConverter() : ValueConverter<UserCode, string>(code => code.Value, value => UserCode.FromStored(value));
