using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class FiguresOfPeople : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Who ran what stands in the executions only, so the figures are counted anew. They are bound to nothing else.
            migrationBuilder.Sql("TRUNCATE execution_day, execution_month");

            migrationBuilder.DropPrimaryKey(
                name: "pk_execution_month",
                table: "execution_month");

            migrationBuilder.DropPrimaryKey(
                name: "pk_execution_day",
                table: "execution_day");

            migrationBuilder.AddColumn<Guid>(
                name: "person_id",
                table: "execution_month",
                type: "uuid",
                nullable: false);

            migrationBuilder.AddColumn<Guid>(
                name: "person_id",
                table: "execution_day",
                type: "uuid",
                nullable: false);

            migrationBuilder.AddPrimaryKey(
                name: "pk_execution_month",
                table: "execution_month",
                columns: new[] { "customer_id", "month", "customer_program_id", "status", "person_id" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_execution_day",
                table: "execution_day",
                columns: new[] { "customer_id", "day", "customer_program_id", "status", "person_id" });

            migrationBuilder.Sql(
                """
                INSERT INTO execution_day (customer_id, day, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths)
                SELECT customer_id, (occurred_at AT TIME ZONE 'Europe/Berlin')::date, customer_program_id, status, person_id,
                    count(*), sum(saved), sum(prepaid), sum(billed), sum(price) * 1000000
                FROM execution GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 1, 3
                """);
            migrationBuilder.Sql(
                """
                INSERT INTO execution_month (customer_id, month, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths)
                SELECT customer_id, date_trunc('month', day)::date, customer_program_id, status, person_id,
                    sum(count), sum(saved), sum(prepaid), sum(billed), sum(price_millionths)
                FROM execution_day GROUP BY 1, 2, 3, 4, 5
                """);
            // Lists are planned by what they hold, and nothing else would tell before autovacuum comes by.
            migrationBuilder.Sql("ANALYZE execution_day, execution_month");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE TEMPORARY TABLE day AS
                SELECT customer_id, day, customer_program_id, status, sum(count) AS count, sum(saved) AS saved, sum(prepaid) AS prepaid, sum(billed) AS billed, sum(price_millionths) AS price
                FROM execution_day GROUP BY 1, 2, 3, 4;
                CREATE TEMPORARY TABLE month AS
                SELECT customer_id, month, customer_program_id, status, sum(count) AS count, sum(saved) AS saved, sum(prepaid) AS prepaid, sum(billed) AS billed, sum(price_millionths) AS price
                FROM execution_month GROUP BY 1, 2, 3, 4;
                TRUNCATE execution_day, execution_month;
                """);

            migrationBuilder.DropPrimaryKey(
                name: "pk_execution_month",
                table: "execution_month");

            migrationBuilder.DropPrimaryKey(
                name: "pk_execution_day",
                table: "execution_day");

            migrationBuilder.DropColumn(
                name: "person_id",
                table: "execution_month");

            migrationBuilder.DropColumn(
                name: "person_id",
                table: "execution_day");

            migrationBuilder.AddPrimaryKey(
                name: "pk_execution_month",
                table: "execution_month",
                columns: new[] { "customer_id", "month", "customer_program_id", "status" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_execution_day",
                table: "execution_day",
                columns: new[] { "customer_id", "day", "customer_program_id", "status" });

            migrationBuilder.Sql(
                """
                INSERT INTO execution_day (customer_id, day, customer_program_id, status, count, saved, prepaid, billed, price_millionths) SELECT * FROM day;
                INSERT INTO execution_month (customer_id, month, customer_program_id, status, count, saved, prepaid, billed, price_millionths) SELECT * FROM month;
                DROP TABLE day, month;
                """);
        }
    }
}
