using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class Core : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "attempt_count",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "bytea", nullable: false),
                    count = table.Column<int>(type: "integer", nullable: false),
                    last_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_attempt_count", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_entry",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: true),
                    api_key_id = table.Column<Guid>(type: "uuid", nullable: true),
                    ability = table.Column<int>(type: "integer", nullable: true),
                    purpose = table.Column<string>(type: "text", nullable: true),
                    from_address = table.Column<string>(type: "text", nullable: true),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    subject_id = table.Column<string>(type: "text", nullable: false),
                    action = table.Column<string>(type: "text", nullable: false),
                    before = table.Column<string>(type: "jsonb", nullable: true),
                    after = table.Column<string>(type: "jsonb", nullable: true),
                    trace_id = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entry", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "catalogue_program",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    description = table.Column<string>(type: "character varying(10000)", maxLength: 10000, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    retired_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_sample = table.Column<bool>(type: "boolean", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_catalogue_program", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "customer",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    comparable_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    is_operator = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_sample = table.Column<bool>(type: "boolean", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_customer", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "data_protection_key",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    xml = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_key", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "execution_day",
                columns: table => new
                {
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false),
                    saved = table.Column<long>(type: "bigint", nullable: false),
                    prepaid = table.Column<long>(type: "bigint", nullable: false),
                    billed = table.Column<long>(type: "bigint", nullable: false),
                    price_millionths = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_execution_day", x => new { x.customer_id, x.day, x.customer_program_id, x.status });
                });

            migrationBuilder.CreateTable(
                name: "passkey_ceremony",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "bytea", nullable: false),
                    purpose = table.Column<int>(type: "integer", nullable: false),
                    for_person = table.Column<Guid>(type: "uuid", nullable: false),
                    is_decoy = table.Column<bool>(type: "boolean", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_passkey_ceremony", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "person",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_code = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    display_name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deactivated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    culture = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: true),
                    is_sample = table.Column<bool>(type: "boolean", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "receipt_key",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    private_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    public_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    retired_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_receipt_key", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "server_secret",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    value = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_secret", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "transfer",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    unit = table.Column<int>(type: "integer", nullable: false),
                    from_account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    to_account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    chain_account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    chain_position = table.Column<long>(type: "bigint", nullable: false),
                    balance_after = table.Column<long>(type: "bigint", nullable: false),
                    execution_id = table.Column<Guid>(type: "uuid", nullable: true),
                    note = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    booked_by = table.Column<Guid>(type: "uuid", nullable: false),
                    booked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_transfer", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "program_dependency",
                columns: table => new
                {
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    depends_on_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_program_dependency", x => new { x.program_id, x.depends_on_id });
                    table.ForeignKey(
                        name: "fk_program_dependency_catalogue_program_depends_on_id",
                        column: x => x.depends_on_id,
                        principalTable: "catalogue_program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_program_dependency_catalogue_program_program_id",
                        column: x => x.program_id,
                        principalTable: "catalogue_program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "address",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    is_default = table.Column<bool>(type: "boolean", nullable: false),
                    addressee = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    street = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    house_number = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    postal_code = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    town = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    country = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: false),
                    valid_from = table.Column<DateOnly>(type: "date", nullable: false),
                    valid_until = table.Column<DateOnly>(type: "date", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_address", x => x.id);
                    table.ForeignKey(
                        name: "fk_address_customers_customer_id",
                        column: x => x.customer_id,
                        principalTable: "customer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "customer_program",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    saved_per_execution = table.Column<long>(type: "bigint", nullable: false),
                    largest_saved = table.Column<long>(type: "bigint", nullable: false),
                    price_mode = table.Column<int>(type: "integer", nullable: false),
                    fixed_price = table.Column<decimal>(type: "numeric(14,6)", precision: 14, scale: 6, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deactivated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_customer_program", x => x.id);
                    table.ForeignKey(
                        name: "fk_customer_program_customer_customer_id",
                        column: x => x.customer_id,
                        principalTable: "customer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_customer_program_programs_program_id",
                        column: x => x.program_id,
                        principalTable: "catalogue_program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ledger_account",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    unit = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    balance = table.Column<long>(type: "bigint", nullable: false),
                    minimum = table.Column<long>(type: "bigint", nullable: true),
                    is_closed = table.Column<bool>(type: "boolean", nullable: false),
                    chain_length = table.Column<long>(type: "bigint", nullable: false),
                    chain_hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_account", x => x.id);
                    table.ForeignKey(
                        name: "fk_ledger_account_customer_customer_id",
                        column: x => x.customer_id,
                        principalTable: "customer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.CreateTable(
                name: "time_account",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    overdraft = table.Column<long>(type: "bigint", nullable: false),
                    warn_below = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_time_account", x => x.id);
                    table.ForeignKey(
                        name: "fk_time_account_customer_customer_id",
                        column: x => x.customer_id,
                        principalTable: "customer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "api_key",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    owner_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    prefix = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    abilities = table.Column<int[]>(type: "integer[]", nullable: false),
                    customer_programs = table.Column<Guid[]>(type: "uuid[]", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_by = table.Column<Guid>(type: "uuid", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_by = table.Column<Guid>(type: "uuid", nullable: true),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_key", x => x.id);
                    table.ForeignKey(
                        name: "fk_api_key_customers_customer_id",
                        column: x => x.customer_id,
                        principalTable: "customer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_api_key_people_owner_id",
                        column: x => x.owner_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "employee_contract",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    starts_on = table.Column<DateOnly>(type: "date", nullable: false),
                    ends_on = table.Column<DateOnly>(type: "date", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_by = table.Column<Guid>(type: "uuid", nullable: false),
                    deactivated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    deactivated_by = table.Column<Guid>(type: "uuid", nullable: true),
                    deactivation_reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_employee_contract", x => x.id);
                    table.ForeignKey(
                        name: "fk_employee_contract_customer_customer_id",
                        column: x => x.customer_id,
                        principalTable: "customer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_employee_contract_people_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "enrolment",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_by = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_enrolment", x => x.id);
                    table.ForeignKey(
                        name: "fk_enrolment_people_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "security_key",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    credential_id = table.Column<byte[]>(type: "bytea", nullable: false),
                    public_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    sign_count = table.Column<long>(type: "bigint", nullable: false),
                    transports = table.Column<string[]>(type: "text[]", nullable: false),
                    is_user_verified = table.Column<bool>(type: "boolean", nullable: false),
                    is_backup_eligible = table.Column<bool>(type: "boolean", nullable: false),
                    is_backed_up = table.Column<bool>(type: "boolean", nullable: false),
                    attestation_object = table.Column<byte[]>(type: "bytea", nullable: false),
                    client_data_json = table.Column<byte[]>(type: "bytea", nullable: false),
                    authenticator_model = table.Column<Guid>(type: "uuid", nullable: true),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    removed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_security_key", x => x.id);
                    table.ForeignKey(
                        name: "fk_security_key_people_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "session",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    verified_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    device = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_session", x => x.id);
                    table.ForeignKey(
                        name: "fk_session_people_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "customer_program_progress",
                columns: table => new
                {
                    customer_program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    saved = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_customer_program_progress", x => x.customer_program_id);
                    table.ForeignKey(
                        name: "fk_customer_program_progress_customer_programs_customer_program~",
                        column: x => x.customer_program_id,
                        principalTable: "customer_program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "customer_program_terms_change",
                columns: table => new
                {
                    customer_program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    valid_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    saved_per_execution = table.Column<long>(type: "bigint", nullable: false),
                    largest_saved = table.Column<long>(type: "bigint", nullable: false),
                    price_mode = table.Column<int>(type: "integer", nullable: false),
                    fixed_price = table.Column<decimal>(type: "numeric(14,6)", precision: 14, scale: 6, nullable: true),
                    changed_by = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_customer_program_terms_change", x => new { x.customer_program_id, x.valid_from });
                    table.ForeignKey(
                        name: "fk_customer_program_terms_change_customer_program_customer_pro~",
                        column: x => x.customer_program_id,
                        principalTable: "customer_program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "execution",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    api_key_id = table.Column<Guid>(type: "uuid", nullable: true),
                    reference = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    order_reference = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true, collation: "C"),
                    occurred_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    saved = table.Column<long>(type: "bigint", nullable: false),
                    prepaid = table.Column<long>(type: "bigint", nullable: false),
                    billed = table.Column<long>(type: "bigint", nullable: false),
                    price_mode = table.Column<int>(type: "integer", nullable: false),
                    rate = table.Column<decimal>(type: "numeric(14,6)", precision: 14, scale: 6, nullable: false),
                    price = table.Column<decimal>(type: "numeric(18,6)", precision: 18, scale: 6, nullable: false),
                    saved_before = table.Column<long>(type: "bigint", nullable: false),
                    time_balance_after = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    content_hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_execution", x => x.id);
                    table.ForeignKey(
                        name: "fk_execution_customer_programs_customer_program_id",
                        column: x => x.customer_program_id,
                        principalTable: "customer_program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "drawn_time_account",
                columns: table => new
                {
                    customer_program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    time_account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_drawn_time_account", x => new { x.customer_program_id, x.time_account_id });
                    table.ForeignKey(
                        name: "fk_drawn_time_account_customer_program_customer_program_id",
                        column: x => x.customer_program_id,
                        principalTable: "customer_program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_drawn_time_account_time_accounts_time_account_id",
                        column: x => x.time_account_id,
                        principalTable: "time_account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "role_contract",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    employee_contract_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<int>(type: "integer", nullable: false),
                    starts_on = table.Column<DateOnly>(type: "date", nullable: false),
                    ends_on = table.Column<DateOnly>(type: "date", nullable: true),
                    given_by = table.Column<Guid>(type: "uuid", nullable: false),
                    given_under = table.Column<Guid>(type: "uuid", nullable: true),
                    given_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    given_reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_by = table.Column<Guid>(type: "uuid", nullable: true),
                    end_reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_role_contract", x => x.id);
                    table.ForeignKey(
                        name: "fk_role_contract_employee_contract_employee_contract_id",
                        column: x => x.employee_contract_id,
                        principalTable: "employee_contract",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "role_ability",
                columns: table => new
                {
                    role_contract_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ability = table.Column<int>(type: "integer", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    given_by = table.Column<Guid>(type: "uuid", nullable: false),
                    given_under = table.Column<Guid>(type: "uuid", nullable: true),
                    given_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_role_ability", x => new { x.role_contract_id, x.ability });
                    table.ForeignKey(
                        name: "fk_role_ability_role_contracts_role_contract_id",
                        column: x => x.role_contract_id,
                        principalTable: "role_contract",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "one_default_address_per_kind",
                table: "address",
                columns: new[] { "customer_id", "kind" },
                unique: true,
                filter: "is_default");

            migrationBuilder.CreateIndex(
                name: "ix_api_key_customer_id",
                table: "api_key",
                column: "customer_id");

            migrationBuilder.CreateIndex(
                name: "ix_api_key_hash",
                table: "api_key",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_api_key_owner_id",
                table: "api_key",
                column: "owner_id");

            migrationBuilder.CreateIndex(
                name: "ix_attempt_count_last_at",
                table: "attempt_count",
                column: "last_at");

            migrationBuilder.CreateIndex(
                name: "ix_audit_entry_customer_id_at",
                table: "audit_entry",
                columns: new[] { "customer_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entry_subject_subject_id",
                table: "audit_entry",
                columns: new[] { "subject", "subject_id" });

            migrationBuilder.CreateIndex(
                name: "ix_customer_comparable_name",
                table: "customer",
                column: "comparable_name");

            migrationBuilder.CreateIndex(
                name: "ix_customer_is_operator",
                table: "customer",
                column: "is_operator",
                unique: true,
                filter: "is_operator");

            migrationBuilder.CreateIndex(
                name: "ix_customer_program_customer_id",
                table: "customer_program",
                column: "customer_id");

            migrationBuilder.CreateIndex(
                name: "ix_customer_program_program_id",
                table: "customer_program",
                column: "program_id");

            migrationBuilder.CreateIndex(
                name: "ix_drawn_time_account_time_account_id",
                table: "drawn_time_account",
                column: "time_account_id");

            migrationBuilder.CreateIndex(
                name: "ix_employee_contract_customer_id",
                table: "employee_contract",
                column: "customer_id");

            migrationBuilder.CreateIndex(
                name: "ix_employee_contract_person_id",
                table: "employee_contract",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_enrolment_person_id",
                table: "enrolment",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_enrolment_token_hash",
                table: "enrolment",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_execution_customer_id_occurred_at_id",
                table: "execution",
                columns: new[] { "customer_id", "occurred_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_execution_customer_program_id_occurred_at_id",
                table: "execution",
                columns: new[] { "customer_program_id", "occurred_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_execution_occurred_at_id",
                table: "execution",
                columns: new[] { "occurred_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_execution_order_reference",
                table: "execution",
                column: "order_reference",
                filter: "order_reference IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_execution_reference_customer_program_id",
                table: "execution",
                columns: new[] { "reference", "customer_program_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_execution_status_occurred_at_id",
                table: "execution",
                columns: new[] { "status", "occurred_at", "id" },
                filter: "status IN (3, 4, 5)");

            migrationBuilder.CreateIndex(
                name: "ix_execution_day_day",
                table: "execution_day",
                column: "day");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_account_customer_id",
                table: "ledger_account",
                column: "customer_id");

            migrationBuilder.CreateIndex(
                name: "ix_passkey_ceremony_expires_at",
                table: "passkey_ceremony",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_person_user_code",
                table: "person",
                column: "user_code",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_program_dependency_depends_on_id",
                table: "program_dependency",
                column: "depends_on_id");

            migrationBuilder.CreateIndex(
                name: "one_receipt_key_signs",
                table: "receipt_key",
                column: "retired_at",
                unique: true,
                filter: "retired_at IS NULL")
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "ix_role_contract_employee_contract_id",
                table: "role_contract",
                column: "employee_contract_id");

            migrationBuilder.CreateIndex(
                name: "ix_security_key_credential_id",
                table: "security_key",
                column: "credential_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_security_key_person_id",
                table: "security_key",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_session_person_id",
                table: "session",
                column: "person_id",
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_time_account_customer_id",
                table: "time_account",
                column: "customer_id");

            migrationBuilder.CreateIndex(
                name: "ix_transfer_chain_account_id_chain_position",
                table: "transfer",
                columns: new[] { "chain_account_id", "chain_position" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_transfer_execution_id",
                table: "transfer",
                column: "execution_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "address");

            migrationBuilder.DropTable(
                name: "api_key");

            migrationBuilder.DropTable(
                name: "attempt_count");

            migrationBuilder.DropTable(
                name: "audit_entry");

            migrationBuilder.DropTable(
                name: "customer_program_progress");

            migrationBuilder.DropTable(
                name: "customer_program_terms_change");

            migrationBuilder.DropTable(
                name: "data_protection_key");

            migrationBuilder.DropTable(
                name: "drawn_time_account");

            migrationBuilder.DropTable(
                name: "enrolment");

            migrationBuilder.DropTable(
                name: "execution");

            migrationBuilder.DropTable(
                name: "execution_day");

            migrationBuilder.DropTable(
                name: "ledger_account");

            migrationBuilder.DropTable(
                name: "passkey_ceremony");

            migrationBuilder.DropTable(
                name: "program_dependency");

            migrationBuilder.DropTable(
                name: "receipt_key");

            migrationBuilder.DropTable(
                name: "role_ability");

            migrationBuilder.DropTable(
                name: "security_key");

            migrationBuilder.DropTable(
                name: "server_secret");

            migrationBuilder.DropTable(
                name: "session");

            migrationBuilder.DropTable(
                name: "transfer");

            migrationBuilder.DropTable(
                name: "time_account");

            migrationBuilder.DropTable(
                name: "customer_program");

            migrationBuilder.DropTable(
                name: "role_contract");

            migrationBuilder.DropTable(
                name: "catalogue_program");

            migrationBuilder.DropTable(
                name: "employee_contract");

            migrationBuilder.DropTable(
                name: "customer");

            migrationBuilder.DropTable(
                name: "person");
        }
    }
}
