using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class Recording : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_api_request_api_key_api_key_id",
                table: "api_request");

            migrationBuilder.DropForeignKey(
                name: "fk_execution_customer_programs_customer_program_id",
                table: "execution");

            migrationBuilder.DropPrimaryKey(
                name: "pk_api_request",
                table: "api_request");

            migrationBuilder.DropIndex(
                name: "ix_api_request_api_key_id_at_id",
                table: "api_request");

            migrationBuilder.AddPrimaryKey(
                name: "pk_api_request",
                table: "api_request",
                columns: new[] { "api_key_id", "at", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_api_request",
                table: "api_request");

            migrationBuilder.AddPrimaryKey(
                name: "pk_api_request",
                table: "api_request",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_api_request_api_key_id_at_id",
                table: "api_request",
                columns: new[] { "api_key_id", "at", "id" });

            migrationBuilder.AddForeignKey(
                name: "fk_api_request_api_key_api_key_id",
                table: "api_request",
                column: "api_key_id",
                principalTable: "api_key",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "fk_execution_customer_programs_customer_program_id",
                table: "execution",
                column: "customer_program_id",
                principalTable: "customer_program",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }
    }
}
