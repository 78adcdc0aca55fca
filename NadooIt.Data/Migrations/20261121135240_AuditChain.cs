using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class AuditChain : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence(
                name: "audit_number");

            migrationBuilder.AddColumn<Guid>(
                name: "contract_id",
                table: "audit_entry",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "number",
                table: "audit_entry",
                type: "bigint",
                nullable: false,
                defaultValueSql: "nextval('audit_number')");

            migrationBuilder.CreateTable(
                name: "audit_head",
                columns: table => new
                {
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    length = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_head", x => x.customer_id);
                });

            migrationBuilder.CreateTable(
                name: "audit_link",
                columns: table => new
                {
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_link", x => new { x.customer_id, x.position });
                    table.ForeignKey(
                        name: "fk_audit_link_audit_entry_entry_id",
                        column: x => x.entry_id,
                        principalTable: "audit_entry",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entry_at_number",
                table: "audit_entry",
                columns: new[] { "at", "number" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entry_person_id",
                table: "audit_entry",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_audit_link_entry_id",
                table: "audit_link",
                column: "entry_id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_head");

            migrationBuilder.DropTable(
                name: "audit_link");

            migrationBuilder.DropIndex(
                name: "ix_audit_entry_at_number",
                table: "audit_entry");

            migrationBuilder.DropIndex(
                name: "ix_audit_entry_person_id",
                table: "audit_entry");

            migrationBuilder.DropColumn(
                name: "contract_id",
                table: "audit_entry");

            migrationBuilder.DropColumn(
                name: "number",
                table: "audit_entry");

            migrationBuilder.DropSequence(
                name: "audit_number");
        }
    }
}
