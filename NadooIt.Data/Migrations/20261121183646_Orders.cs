using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class Orders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_execution_status_occurred_at_id",
                table: "execution");

            migrationBuilder.AddColumn<long>(
                name: "pending_after",
                table: "transfer",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "pending_id",
                table: "transfer",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "phase",
                table: "transfer",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "reopen_reason",
                table: "time_account",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "pending",
                table: "ledger_account",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<Guid>(
                name: "order_id",
                table: "execution",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "charges_once_per_order",
                table: "customer_program_terms_change",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "charges_once_per_order",
                table: "customer_program",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "execution_order",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    reference = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    charged_execution_id = table.Column<Guid>(type: "uuid", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: false),
                    decided_by = table.Column<Guid>(type: "uuid", nullable: true),
                    decided_under = table.Column<Guid>(type: "uuid", nullable: true),
                    decided_with = table.Column<Guid>(type: "uuid", nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_execution_order", x => x.id);
                    table.ForeignKey(
                        name: "fk_execution_order_customer_programs_customer_program_id",
                        column: x => x.customer_program_id,
                        principalTable: "customer_program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_transfer_pending_id",
                table: "transfer",
                column: "pending_id",
                unique: true,
                filter: "pending_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_execution_order_id",
                table: "execution",
                column: "order_id",
                filter: "order_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_execution_status_occurred_at_id",
                table: "execution",
                columns: new[] { "status", "occurred_at", "id" },
                filter: "status IN (3, 4, 5, 6)");

            migrationBuilder.CreateIndex(
                name: "ix_execution_order_customer_id_status_opened_at_id",
                table: "execution_order",
                columns: new[] { "customer_id", "status", "opened_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_execution_order_customer_program_id_reference",
                table: "execution_order",
                columns: new[] { "customer_program_id", "reference" },
                unique: true);

            migrationBuilder.AddForeignKey(
                name: "fk_execution_execution_orders_order_id",
                table: "execution",
                column: "order_id",
                principalTable: "execution_order",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_execution_execution_orders_order_id",
                table: "execution");

            migrationBuilder.DropTable(
                name: "execution_order");

            migrationBuilder.DropIndex(
                name: "ix_transfer_pending_id",
                table: "transfer");

            migrationBuilder.DropIndex(
                name: "ix_execution_order_id",
                table: "execution");

            migrationBuilder.DropIndex(
                name: "ix_execution_status_occurred_at_id",
                table: "execution");

            migrationBuilder.DropColumn(
                name: "pending_after",
                table: "transfer");

            migrationBuilder.DropColumn(
                name: "pending_id",
                table: "transfer");

            migrationBuilder.DropColumn(
                name: "phase",
                table: "transfer");

            migrationBuilder.DropColumn(
                name: "reopen_reason",
                table: "time_account");

            migrationBuilder.DropColumn(
                name: "pending",
                table: "ledger_account");

            migrationBuilder.DropColumn(
                name: "order_id",
                table: "execution");

            migrationBuilder.DropColumn(
                name: "charges_once_per_order",
                table: "customer_program_terms_change");

            migrationBuilder.DropColumn(
                name: "charges_once_per_order",
                table: "customer_program");

            migrationBuilder.CreateIndex(
                name: "ix_execution_status_occurred_at_id",
                table: "execution",
                columns: new[] { "status", "occurred_at", "id" },
                filter: "status IN (3, 4, 5)");
        }
    }
}
