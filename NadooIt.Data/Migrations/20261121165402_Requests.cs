using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class Requests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "access_request",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ability = table.Column<int>(type: "integer", nullable: false),
                    why = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    outcome = table.Column<int>(type: "integer", nullable: true),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    closed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    answer = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_access_request", x => x.id);
                    table.ForeignKey(
                        name: "fk_access_request_customer_customer_id",
                        column: x => x.customer_id,
                        principalTable: "customer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_access_request_people_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "period_extension",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    employee_contract_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role_contract_id = table.Column<Guid>(type: "uuid", nullable: true),
                    before = table.Column<DateOnly>(type: "date", nullable: false),
                    after = table.Column<DateOnly>(type: "date", nullable: true),
                    by = table.Column<Guid>(type: "uuid", nullable: false),
                    under = table.Column<Guid>(type: "uuid", nullable: true),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_period_extension", x => x.id);
                    table.ForeignKey(
                        name: "fk_period_extension_employee_contract_employee_contract_id",
                        column: x => x.employee_contract_id,
                        principalTable: "employee_contract",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_period_extension_role_contracts_role_contract_id",
                        column: x => x.role_contract_id,
                        principalTable: "role_contract",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "renewal_reminder",
                columns: table => new
                {
                    subject = table.Column<Guid>(type: "uuid", nullable: false),
                    ends_on = table.Column<DateOnly>(type: "date", nullable: false),
                    days_before = table.Column<int>(type: "integer", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_renewal_reminder", x => new { x.subject, x.ends_on, x.days_before });
                });

            migrationBuilder.CreateTable(
                name: "taken_ability",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role_contract_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ability = table.Column<int>(type: "integer", nullable: false),
                    given_by = table.Column<Guid>(type: "uuid", nullable: false),
                    given_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    taken_by = table.Column<Guid>(type: "uuid", nullable: false),
                    taken_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_taken_ability", x => x.id);
                    table.ForeignKey(
                        name: "fk_taken_ability_role_contract_role_contract_id",
                        column: x => x.role_contract_id,
                        principalTable: "role_contract",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_notice_subject",
                table: "notice",
                column: "subject",
                filter: "done_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_access_request_customer_id_expires_at",
                table: "access_request",
                columns: new[] { "customer_id", "expires_at" },
                filter: "outcome IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_access_request_person_id_customer_id_ability",
                table: "access_request",
                columns: new[] { "person_id", "customer_id", "ability" },
                unique: true,
                filter: "outcome IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_period_extension_employee_contract_id",
                table: "period_extension",
                column: "employee_contract_id");

            migrationBuilder.CreateIndex(
                name: "ix_period_extension_role_contract_id",
                table: "period_extension",
                column: "role_contract_id");

            migrationBuilder.CreateIndex(
                name: "ix_renewal_reminder_ends_on",
                table: "renewal_reminder",
                column: "ends_on");

            migrationBuilder.CreateIndex(
                name: "ix_taken_ability_role_contract_id",
                table: "taken_ability",
                column: "role_contract_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "access_request");

            migrationBuilder.DropTable(
                name: "period_extension");

            migrationBuilder.DropTable(
                name: "renewal_reminder");

            migrationBuilder.DropTable(
                name: "taken_ability");

            migrationBuilder.DropIndex(
                name: "ix_notice_subject",
                table: "notice");
        }
    }
}
