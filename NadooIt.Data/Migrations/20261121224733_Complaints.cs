using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class Complaints : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_status_record_execution_id_kind",
                table: "status_record");

            migrationBuilder.CreateTable(
                name: "complaint",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    execution_id = table.Column<Guid>(type: "uuid", nullable: false),
                    text = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    filed_by = table.Column<Guid>(type: "uuid", nullable: false),
                    filed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    held_from = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    step_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_complaint", x => x.id);
                    table.ForeignKey(
                        name: "fk_complaint_executions_execution_id",
                        column: x => x.execution_id,
                        principalTable: "execution",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "complaint_step",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    complaint_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: false),
                    contract_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_complaint_step", x => x.id);
                    table.ForeignKey(
                        name: "fk_complaint_step_complaint_complaint_id",
                        column: x => x.complaint_id,
                        principalTable: "complaint",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_status_record_execution_id",
                table: "status_record",
                column: "execution_id");

            migrationBuilder.CreateIndex(
                name: "ix_status_record_execution_id_kind",
                table: "status_record",
                columns: new[] { "execution_id", "kind" },
                unique: true,
                filter: "kind IN (1, 2, 3, 4)");

            migrationBuilder.CreateIndex(
                name: "ix_complaint_customer_id_status_id",
                table: "complaint",
                columns: new[] { "customer_id", "status", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_complaint_execution_id",
                table: "complaint",
                column: "execution_id");

            migrationBuilder.CreateIndex(
                name: "ix_complaint_undecided",
                table: "complaint",
                column: "execution_id",
                unique: true,
                filter: "status IN (1, 2, 3)");

            migrationBuilder.CreateIndex(
                name: "ix_complaint_step_complaint_id_number",
                table: "complaint_step",
                columns: new[] { "complaint_id", "number" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "complaint_step");

            migrationBuilder.DropTable(
                name: "complaint");

            migrationBuilder.DropIndex(
                name: "ix_status_record_execution_id",
                table: "status_record");

            migrationBuilder.DropIndex(
                name: "ix_status_record_execution_id_kind",
                table: "status_record");

            migrationBuilder.CreateIndex(
                name: "ix_status_record_execution_id_kind",
                table: "status_record",
                columns: new[] { "execution_id", "kind" },
                unique: true);
        }
    }
}
