using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class Budgets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "budget",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_program_id = table.Column<Guid>(type: "uuid", nullable: true),
                    monthly_limit = table.Column<decimal>(type: "numeric(18,6)", precision: 18, scale: 6, nullable: false),
                    warn_at = table.Column<int[]>(type: "integer[]", nullable: false),
                    is_hard_stop = table.Column<bool>(type: "boolean", nullable: false),
                    set_by = table.Column<Guid>(type: "uuid", nullable: false),
                    set_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_by = table.Column<Guid>(type: "uuid", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budget", x => x.id);
                    table.ForeignKey(
                        name: "fk_budget_customer_programs_customer_program_id",
                        column: x => x.customer_program_id,
                        principalTable: "customer_program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_budget_customers_customer_id",
                        column: x => x.customer_id,
                        principalTable: "customer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "budget_warning",
                columns: table => new
                {
                    budget_id = table.Column<Guid>(type: "uuid", nullable: false),
                    month = table.Column<DateOnly>(type: "date", nullable: false),
                    level = table.Column<int>(type: "integer", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    used = table.Column<decimal>(type: "numeric(18,6)", precision: 18, scale: 6, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budget_warning", x => new { x.budget_id, x.month, x.level });
                    table.ForeignKey(
                        name: "fk_budget_warning_budget_budget_id",
                        column: x => x.budget_id,
                        principalTable: "budget",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_budget_hard_stop",
                table: "budget",
                column: "is_hard_stop",
                filter: "is_hard_stop AND ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_budget_of_customer",
                table: "budget",
                column: "customer_id",
                unique: true,
                filter: "customer_program_id IS NULL AND ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_budget_of_program",
                table: "budget",
                column: "customer_program_id",
                unique: true,
                filter: "customer_program_id IS NOT NULL AND ended_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "budget_warning");

            migrationBuilder.DropTable(
                name: "budget");
        }
    }
}
