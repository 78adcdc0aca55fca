using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class ApiKeysInUse : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "browser_hash",
                table: "session",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_test",
                table: "api_key",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "last_used_address",
                table: "api_key",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "last_used_program_id",
                table: "api_key",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "origin_id",
                table: "api_key",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "replaced_at",
                table: "api_key",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "warned_days",
                table: "api_key",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "allowed_key_model",
                columns: table => new
                {
                    role = table.Column<int>(type: "integer", nullable: false),
                    model = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    allowed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    allowed_by = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_allowed_key_model", x => new { x.role, x.model });
                });

            migrationBuilder.CreateTable(
                name: "api_key_day",
                columns: table => new
                {
                    api_key_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    calls = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_key_day", x => new { x.api_key_id, x.day });
                    table.ForeignKey(
                        name: "fk_api_key_day_api_key_api_key_id",
                        column: x => x.api_key_id,
                        principalTable: "api_key",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "api_request",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    api_key_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    method = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    route = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    duration_microseconds = table.Column<long>(type: "bigint", nullable: false),
                    trace_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_request", x => x.id);
                    table.ForeignKey(
                        name: "fk_api_request_api_key_api_key_id",
                        column: x => x.api_key_id,
                        principalTable: "api_key",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_session_person_id_browser_hash",
                table: "session",
                columns: new[] { "person_id", "browser_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_api_key_origin_id",
                table: "api_key",
                column: "origin_id");

            migrationBuilder.CreateIndex(
                name: "ix_api_request_api_key_id_at_id",
                table: "api_request",
                columns: new[] { "api_key_id", "at", "id" });

            migrationBuilder.AddForeignKey(
                name: "fk_api_key_api_key_origin_id",
                table: "api_key",
                column: "origin_id",
                principalTable: "api_key",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_api_key_api_key_origin_id",
                table: "api_key");

            migrationBuilder.DropTable(
                name: "allowed_key_model");

            migrationBuilder.DropTable(
                name: "api_key_day");

            migrationBuilder.DropTable(
                name: "api_request");

            migrationBuilder.DropIndex(
                name: "ix_session_person_id_browser_hash",
                table: "session");

            migrationBuilder.DropIndex(
                name: "ix_api_key_origin_id",
                table: "api_key");

            migrationBuilder.DropColumn(
                name: "browser_hash",
                table: "session");

            migrationBuilder.DropColumn(
                name: "is_test",
                table: "api_key");

            migrationBuilder.DropColumn(
                name: "last_used_address",
                table: "api_key");

            migrationBuilder.DropColumn(
                name: "last_used_program_id",
                table: "api_key");

            migrationBuilder.DropColumn(
                name: "origin_id",
                table: "api_key");

            migrationBuilder.DropColumn(
                name: "replaced_at",
                table: "api_key");

            migrationBuilder.DropColumn(
                name: "warned_days",
                table: "api_key");
        }
    }
}
