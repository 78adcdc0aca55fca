using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class ExecutionMonths : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "execution_month",
                columns: table => new
                {
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    month = table.Column<DateOnly>(type: "date", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false),
                    saved = table.Column<long>(type: "bigint", nullable: false),
                    prepaid = table.Column<long>(type: "bigint", nullable: false),
                    billed = table.Column<long>(type: "bigint", nullable: false),
                    price_millionths = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_execution_month", x => new { x.customer_id, x.month, x.customer_program_id, x.status });
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.CreateIndex(
                name: "ix_execution_month_month",
                table: "execution_month",
                column: "month");

            migrationBuilder.Sql(
                """
                INSERT INTO execution_month (customer_id, month, customer_program_id, status, count, saved, prepaid, billed, price_millionths)
                SELECT customer_id, date_trunc('month', day)::date, customer_program_id, status, sum(count), sum(saved), sum(prepaid), sum(billed), sum(price_millionths)
                FROM execution_day GROUP BY 1, 2, 3, 4
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "execution_month");
        }
    }
}
