using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class KeyRecovery : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "removal",
                table: "security_key",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "recovery_id",
                table: "enrolment",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "key_recovery",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    proposed_by = table.Column<Guid>(type: "uuid", nullable: false),
                    proposed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    confirmed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    completed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    vetoed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_key_recovery", x => x.id);
                    table.ForeignKey(
                        name: "fk_key_recovery_people_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_enrolment_recovery_id",
                table: "enrolment",
                column: "recovery_id");

            migrationBuilder.CreateIndex(
                name: "ix_key_recovery_person_id",
                table: "key_recovery",
                column: "person_id",
                unique: true,
                filter: "completed_at IS NULL AND vetoed_at IS NULL AND withdrawn_at IS NULL");

            migrationBuilder.AddForeignKey(
                name: "fk_enrolment_key_recoveries_recovery_id",
                table: "enrolment",
                column: "recovery_id",
                principalTable: "key_recovery",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_enrolment_key_recoveries_recovery_id",
                table: "enrolment");

            migrationBuilder.DropTable(
                name: "key_recovery");

            migrationBuilder.DropIndex(
                name: "ix_enrolment_recovery_id",
                table: "enrolment");

            migrationBuilder.DropColumn(
                name: "removal",
                table: "security_key");

            migrationBuilder.DropColumn(
                name: "recovery_id",
                table: "enrolment");
        }
    }
}
